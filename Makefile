# The two commands of a newcomer are `make run` and `make test`.

PORT ?= 3000

# The folder in which rustup installs Rust, for shells whose PATH does not have it yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help run test validate build deploy smoke emulate simulate bench-cold bench-worst cost

help:
	@echo "make run    start the API on http://127.0.0.1:$(PORT) (PORT=… for another port)"
	@echo "make test   check everything: formatting, lints, template, licences, all tests"
	@echo "make validate, make build, make deploy ENV=dev|staging|prod    see OPERATIONS.md"
	@echo "make smoke ENV=dev    try a deployed stack with a tenant that is removed again"
	@echo "make emulate     send the events of events/ to the functions' binaries under AWS's emulator"
	@echo "make simulate    check the template with AWS's SDK, and run the sweep's state machine"
	@echo "make cost        compute docs/cost.md again"
	@echo "make bench-cold  measure the start of the functions' binaries"
	@echo "make bench-worst measure the CPU time of the most expensive requests (ARGS=\"--search 120\" looks for more)"

# The shell becomes the server, so that Ctrl-C reaches it and no process stays behind.
run:
	@scripts/setup.sh run
	@exec cargo run --locked --package certs -- serve --port $(PORT)

# Tests for which the store makes no difference. In CI and with FULL, only those that need no store.
storeless = harness::dynamodb_local coverage:: rules:: \
	$(if $(CI)$(FULL),,published:: authorizer::jwks authorizer::tokens outages::)

# The HTTP tests run twice: on DynamoDB Local, the authority, and on the store of `make run`.
test:
	@scripts/setup.sh test
	cargo fmt --all --check
	scripts/check_template.sh
	scripts/check_docs.py
	scripts/check_style.py
	@scripts/check_licences.sh
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
	TEST_STORE=dynamodb-local cargo test --locked --workspace
	TEST_STORE=embedded cargo test --locked --workspace --test it -- $(addprefix --skip ,$(storeless))

# Needs neither credentials nor network once the tools are installed.
validate:
	@scripts/setup.sh sam
	scripts/sam.sh validate --lint
	scripts/check_template.sh

# Builds every function for arm64, as .aws-sam/build/<Function>/bootstrap.
build:
	@scripts/setup.sh build
	scripts/sam.sh build
	@scripts/zip_sizes.py

deploy:
	@scripts/deploy.sh "$(ENV)"

smoke:
	@[ -n "$(ENV)" ] || { echo "name the environment: make smoke ENV=dev|staging|prod" >&2; exit 2; }
	@cargo run --quiet --locked --package certs -- smoke --stack "certifications-$(ENV)"

# The functions' own binaries, of this machine's architecture, under AWS's runtime interface emulator.
bootstraps = target/$(if $(filter dev,$(1)),debug,$(1))
rie_arch = $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
under_emulator = LAMBDA_BOOTSTRAPS="$(CURDIR)/$(call bootstraps,$(1))" \
	LAMBDA_RIE="$$(echo $(CURDIR)/.local/sam/lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-$(rie_arch))"

# The dev profile builds all targets, as `make test` does, so that nothing is built twice.
build_dev = cargo build --locked --workspace --all-targets
build_release = cargo build --locked --release $(addprefix --bin ,bare_function $(functions))
functions = authorizer credits expiration_rule_sets expiration_sweep

# PROFILE=release takes the binaries as they are deployed; building them takes half an hour.
emulate: PROFILE ?= dev
emulate:
	@scripts/setup.sh test
	@scripts/setup.sh sam
	$(build_$(PROFILE))
	$(call under_emulator,$(PROFILE)) cargo test --locked --workspace --test emulator

# Checks the template's resources with AWS's SDK, and runs the state machine with the function's own
# binary, on a stand-in for AWS in this process.
simulate:
	@scripts/setup.sh aws
	$(build_dev)
	.local/aws-tests/bin/python -m unittest discover --start-directory tests/aws

cost:
	@scripts/setup.sh test
	@.local/cfn-lint/bin/python scripts/cost.py >docs/cost.md

bench-cold: PROFILE ?= release
bench-cold:
	@scripts/setup.sh sam
	$(build_$(PROFILE))
	TEST_STORE=embedded $(call under_emulator,$(PROFILE)) cargo test --locked --workspace --bench cold

# The first build of the bench profile takes minutes. ARGS=--help lists the other options.
bench-worst:
	TEST_STORE=embedded cargo bench --locked --workspace --bench worst -- $(ARGS)
