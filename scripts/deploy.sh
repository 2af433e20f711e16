#!/bin/sh
# Checks, builds and deploys to one of the environments of samconfig.toml.
#
#     scripts/deploy.sh dev|staging|prod
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
dev | staging | prod) ;;
*)
    echo "usage: make deploy ENV=dev|staging|prod" >&2
    exit 2
    ;;
esac
scripts/setup.sh build
# Before ten minutes of building. The SAM CLI brings AWS's own way of looking for both.
.local/sam/bin/python - <<'END'
import sys
from boto3 import Session

session = Session()
if session.get_credentials() is None:
    sys.exit("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
if session.region_name is None:
    sys.exit("no AWS region: set AWS_DEFAULT_REGION, or a profile that has one")
END
make validate build
# SAM publishes a version when the code changes, but not when only a parameter does, and the alias would
# stay with the old values: with the configuration in the package they are one.
for function in .aws-sam/build/*/; do
    cp samconfig.toml "$function"
done
exec scripts/sam.sh deploy --config-env "$1"
