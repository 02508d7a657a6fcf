terraform {
  backend "s3" {
    bucket         = "e2e-states"
    key            = "orders/terraform.tfstate"
    region         = "us-west-2"
    use_lockfile   = true
    use_path_style = true
  }
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "us-west-2"
}

variable "retention" {
  type    = number
  default = 7
}

resource "aws_cloudwatch_log_group" "orders" {
  name              = "/orders"
  retention_in_days = var.retention
}
