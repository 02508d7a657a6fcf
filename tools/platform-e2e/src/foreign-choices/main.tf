# Arguments that a variable decides between, as public modules have them; two addresses of one alarm; data sources that
# select by filters, of what is there and of what the same apply makes.
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
}

variable "prefixed" {
  type    = bool
  default = false
}

variable "named" {
  type    = bool
  default = true
}

variable "filter" {
  type    = string
  default = "tag:Name"
}

locals {
  name   = var.named ? "orders" : null
  prefix = var.prefixed ? "orders-" : null
}

resource "aws_vpc" "this" {
  cidr_block          = var.prefixed ? null : "10.0.0.0/16"
  ipv4_netmask_length = var.prefixed ? 16 : null
  tags                = { Name = "orders" }
}

resource "aws_subnet" "this" {
  for_each             = { a = "10.0.0.0/24", b = "10.0.1.0/24" }
  vpc_id               = aws_vpc.this.id
  cidr_block           = each.value
  availability_zone    = var.prefixed ? null : "us-east-1${each.key}"
  availability_zone_id = var.prefixed ? "use1-az1" : null
}

resource "aws_security_group" "this" {
  name        = local.name
  name_prefix = local.prefix
  vpc_id      = aws_vpc.this.id
}

resource "aws_sqs_queue" "this" {
  name        = local.name
  name_prefix = local.prefix
}

resource "aws_iam_role" "this" {
  name               = local.name
  name_prefix        = local.prefix
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "orders"
  type    = "A"
  ttl     = var.prefixed ? null : 60
  records = var.prefixed ? null : ["127.0.0.1"]
  dynamic "alias" {
    for_each = var.prefixed ? ["alias"] : []
    content {
      name                   = "orders.example.net"
      zone_id                = "Z35SXDOTRQ7X7K"
      evaluate_target_health = false
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "first" {
  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = var.prefixed ? null : "Sum"
  extended_statistic  = var.prefixed ? "p99" : null
  threshold           = 1
}

resource "aws_cloudwatch_metric_alarm" "second" {
  alarm_name          = aws_cloudwatch_metric_alarm.first.alarm_name
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 2
  depends_on          = [aws_cloudwatch_metric_alarm.first]
}

data "aws_vpc" "by_filter" {
  filter {
    name   = var.filter
    values = ["ord*"]
  }
  depends_on = [aws_vpc.this]
}

# Known at apply only: Terraform reads it then.
data "aws_subnet" "by_filter" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.this.id]
  }
  filter {
    name   = "cidr-block"
    values = [aws_subnet.this["b"].cidr_block]
  }
  depends_on = [aws_subnet.this]
}

output "found" {
  value = [data.aws_vpc.by_filter.id == aws_vpc.this.id, data.aws_subnet.by_filter.id == aws_subnet.this["b"].id]
}
