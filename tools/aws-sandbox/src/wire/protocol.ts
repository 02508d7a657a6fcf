import protobuf from 'protobufjs';

/**
 * Terraform's plugin protocol 5, as far as a provider serves it: names, fields and numbers as
 * terraform-plugin-go's tfprotov5 has them (minor version 7).
 */
const DEFINITION = `
syntax = "proto3";
package tfplugin5;

message DynamicValue { bytes msgpack = 1; bytes json = 2; }
message Diagnostic { int32 severity = 1; string summary = 2; string detail = 3; AttributePath attribute = 4; }
message AttributePath {
  message Step { oneof selector { string attribute_name = 1; string element_key_string = 2; int64 element_key_int = 3; } }
  repeated Step steps = 1;
}
message RawState { bytes json = 1; map<string, string> flatmap = 2; }
message Schema {
  message Block { int64 version = 1; repeated Attribute attributes = 2; repeated NestedBlock block_types = 3; }
  message Attribute {
    string name = 1; bytes type = 2; bool required = 4; bool optional = 5; bool computed = 6; bool sensitive = 7;
    bool write_only = 10;
  }
  message NestedBlock { string type_name = 1; Block block = 2; int32 nesting = 3; int64 min_items = 4; int64 max_items = 5; }
  int64 version = 1;
  Block block = 2;
}
message ServerCapabilities { bool plan_destroy = 1; bool get_provider_schema_optional = 2; bool move_resource_state = 3; }

message Empty {}
message TypeName { string type_name = 1; }
message GetMetadataResponse {
  ServerCapabilities server_capabilities = 1; repeated Diagnostic diagnostics = 2; repeated TypeName data_sources = 3;
  repeated TypeName resources = 4; repeated TypeName ephemeral_resources = 6;
}
message ConfigRequest { DynamicValue config = 1; }
message PrepareProviderConfigResponse { DynamicValue prepared_config = 1; repeated Diagnostic diagnostics = 2; }
message DiagnosticsResponse { repeated Diagnostic diagnostics = 1; }
message TypedConfigRequest { string type_name = 1; DynamicValue config = 2; }
message UpgradeResourceStateRequest { string type_name = 1; int64 version = 2; RawState raw_state = 3; }
message UpgradeResourceStateResponse { DynamicValue upgraded_state = 1; repeated Diagnostic diagnostics = 2; }
message ConfigureRequest { string terraform_version = 1; DynamicValue config = 2; }
message ReadResourceRequest { string type_name = 1; DynamicValue current_state = 2; bytes private = 3; }
message ReadResourceResponse { DynamicValue new_state = 1; repeated Diagnostic diagnostics = 2; bytes private = 3; }
message PlanResourceChangeRequest {
  string type_name = 1; DynamicValue prior_state = 2; DynamicValue proposed_new_state = 3; DynamicValue config = 4;
  bytes prior_private = 5;
}
message PlanResourceChangeResponse {
  DynamicValue planned_state = 1; repeated AttributePath requires_replace = 2; bytes planned_private = 3;
  repeated Diagnostic diagnostics = 4; bool legacy_type_system = 5;
}
message ApplyResourceChangeRequest {
  string type_name = 1; DynamicValue prior_state = 2; DynamicValue planned_state = 3; DynamicValue config = 4;
  bytes planned_private = 5;
}
message ApplyResourceChangeResponse {
  DynamicValue new_state = 1; bytes private = 2; repeated Diagnostic diagnostics = 3; bool legacy_type_system = 4;
}
message ImportResourceStateRequest { string type_name = 1; string id = 2; }
message ImportedResource { string type_name = 1; DynamicValue state = 2; bytes private = 3; }
message ImportResourceStateResponse { repeated ImportedResource imported_resources = 1; repeated Diagnostic diagnostics = 2; }
message MoveResourceStateResponse { DynamicValue target_state = 1; repeated Diagnostic diagnostics = 2; bytes target_private = 3; }
message ReadDataSourceResponse { DynamicValue state = 1; repeated Diagnostic diagnostics = 2; }
message OpenEphemeralResourceResponse { repeated Diagnostic diagnostics = 1; DynamicValue result = 3; }
message HealthCheckResponse { int32 status = 1; }
`;

const root = protobuf.parse(DEFINITION, { keepCase: true }).root;

/** A message as plain fields. */
export type Fields = Record<string, unknown>;

/** Decodes a message; fields that were not sent have their defaults. */
export function decodeMessage(name: string, bytes: Uint8Array): Fields {
  const type = root.lookupType(`tfplugin5.${name}`);
  return type.toObject(type.decode(bytes), { longs: Number, defaults: true, bytes: Buffer });
}

export function encodeMessage(name: string, fields: Fields): Uint8Array {
  const type = root.lookupType(`tfplugin5.${name}`);
  return type.encode(type.fromObject(fields)).finish();
}

/** One already encoded entry of a `map<string, message>` field, to be appended to an encoded message. */
export function encodeMapEntry(field: number, key: string, message: Uint8Array): Uint8Array {
  const lengthDelimited = 2;
  return protobuf.Writer.create()
    .uint32((field << 3) | lengthDelimited)
    .fork()
    .uint32((1 << 3) | lengthDelimited)
    .string(key)
    .uint32((2 << 3) | lengthDelimited)
    .bytes(message)
    .ldelim()
    .finish();
}

/** One already encoded message as a field of another. */
export function encodeMessageField(field: number, message: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((field << 3) | 2)
    .bytes(message)
    .finish();
}
