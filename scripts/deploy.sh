#!/bin/sh
# Checks, builds and deploys to one of the environments of samconfig.toml.
#
#     scripts/deploy.sh dev|staging|prod
#
# ALARM_EMAIL and ALARM_TOPIC_ARN name the receivers of alarms; prod needs one of them. DEPLOY_ACCOUNT_PROD
# and DEPLOY_REGION_PROD (also …_DEV, …_STAGING) name the only account and region to deploy to.
set -eu
cd "$(dirname "$0")/.."

environment=${1:-}
case "$environment" in
dev | staging | prod) ;;
*)
    echo "usage: make deploy ENV=dev|staging|prod" >&2
    exit 2
    ;;
esac
# SAM and AWS's SDK for Python read the one variable, `certs` reads both.
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-${AWS_REGION:-}}"
[ -n "$AWS_DEFAULT_REGION" ] || unset AWS_DEFAULT_REGION
deployment() { .local/sam/bin/python scripts/deployment.py "$@"; }

scripts/setup.sh build
# Checked before the build, which takes ten minutes.
deployment check "$environment"
make validate build
for function in .aws-sam/build/*/; do
    deployment release "$function"
done
# One argument for each line.
IFS='
'
# shellcheck disable=SC2046 # the parameters are meant to be split
scripts/sam.sh deploy --config-env "$environment" --parameter-overrides $(deployment parameters "$environment")
deployment protect "$environment"
