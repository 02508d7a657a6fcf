# Terraform code of somebody else's, in the manner of a public module: types that the platform does not use, data
# sources, loops, a nested module, default tags, a second region.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { team = "elsewhere" }
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_iam_policy_document" "queue" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.current.account_id]
    }
  }
}

locals {
  queues = toset(["orders", "fills"])
}

resource "aws_sqs_queue" "dead_letters" {
  for_each                  = local.queues
  name                      = "${each.key}-dead-letters"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "this" {
  for_each       = local.queues
  name           = each.key
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn, maxReceiveCount = 5 })
  tags           = { queue = each.key }
}

resource "aws_sqs_queue_policy" "this" {
  for_each  = local.queues
  queue_url = aws_sqs_queue.this[each.key].id
  policy    = data.aws_iam_policy_document.queue.json
}

resource "aws_s3_bucket" "archive" {
  provider      = aws.west
  bucket        = "archive-of-orders"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "archive" {
  provider = aws.west
  bucket   = aws_s3_bucket.archive.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  provider = aws.west
  bucket   = aws_s3_bucket.archive.id
  rule {
    id     = "expire"
    status = "Enabled"
    filter {
      prefix = "old/"
    }
    expiration {
      days = 30
    }
  }
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_sqs_queue.this["orders"].arn
}

module "instances" {
  source = "./instances"
  zones  = slice(data.aws_availability_zones.available.names, 0, 2)
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}

output "instances" {
  value = module.instances.ids
}
