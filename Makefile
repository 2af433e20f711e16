# The two commands of a newcomer are `make run` and `make test`.

PORT ?= 3000

# Where rustup puts Rust, for shells that have not been told yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help run test

help:
	@echo "make run    start the API on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test   check everything: formatting, lints, template, licences, all tests"

# Becomes the server, so that Ctrl-C reaches it and nothing is left behind.
run:
	@scripts/setup.sh run
	@exec cargo run --locked --package certs -- serve --port $(PORT)

# The HTTP tests run twice: on DynamoDB Local, the authority, and on the store of `make run`.
test:
	@scripts/setup.sh test
	cargo fmt --all --check
	.local/cfn-lint/bin/cfn-lint template.yaml
	@scripts/check_licences.sh
	cargo clippy --locked --workspace --all-targets -- -D warnings
	TEST_STORE=dynamodb-local cargo test --locked --workspace
	TEST_STORE=embedded cargo test --locked --package integration-tests --test it -- --skip harness::dynamodb_local
