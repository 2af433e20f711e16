# The two commands of a newcomer are `make run` and `make test`.

PORT ?= 3000

# Where rustup puts Rust, for shells that have not been told yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help run test validate build deploy

help:
	@echo "make run    start the API on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test   check everything: formatting, lints, template, licences, all tests"
	@echo "make validate, make build, make deploy ENV=dev|staging|prod    see OPERATIONS.md"

# Becomes the server, so that Ctrl-C reaches it and nothing is left behind.
run:
	@scripts/setup.sh run
	@exec cargo run --locked --package certs -- serve --port $(PORT)

# The HTTP tests run twice: on DynamoDB Local, the authority, and on the store of `make run`. Build and
# template know of no store.
test:
	@scripts/setup.sh test
	cargo fmt --all --check
	scripts/check_template.sh
	@scripts/check_licences.sh
	cargo clippy --locked --workspace --all-targets -- -D warnings
	TEST_STORE=dynamodb-local cargo test --locked --workspace
	TEST_STORE=embedded cargo test --locked --package integration-tests --test it -- \
		--skip harness::dynamodb_local --skip coverage::build --skip coverage::template

# Needs neither credentials nor network once its tools are there.
validate:
	@scripts/setup.sh build
	scripts/sam.sh validate --lint
	scripts/check_template.sh

# Every function for arm64, each in .aws-sam/build/<Function>/bootstrap.
build:
	@scripts/setup.sh build
	scripts/sam.sh build
	@scripts/zip_sizes.py

deploy:
	@scripts/deploy.sh "$(ENV)"
