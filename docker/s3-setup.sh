#!/bin/sh
# Creates the bucket, and an account of the S3 server versitygw that owns it and has no other rights. Safe to run again;
# you can also change the account's secret that way. Needs ADMIN_ENDPOINT_URL, ADMIN_ACCESS_KEY_ID and
# ADMIN_SECRET_ACCESS_KEY (which versitygw reads itself), S3_BUCKET, and for the account S3_ACCESS_KEY_ID and
# S3_SECRET_ACCESS_KEY.
set -eu

account() {
  versitygw admin "$1" --access "$S3_ACCESS_KEY_ID" --secret "$S3_SECRET_ACCESS_KEY" --role user
}
account create-user 2>/dev/null || account update-user

if versitygw admin list-buckets | grep -q "^$S3_BUCKET[[:space:]]"; then
  versitygw admin change-bucket-owner --bucket "$S3_BUCKET" --owner "$S3_ACCESS_KEY_ID"
else
  versitygw admin create-bucket --bucket "$S3_BUCKET" --owner "$S3_ACCESS_KEY_ID"
fi
echo "The bucket $S3_BUCKET belongs to the account $S3_ACCESS_KEY_ID."
