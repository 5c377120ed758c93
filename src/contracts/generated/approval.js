var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/fast-deep-equal/index.js
var require_fast_deep_equal = __commonJS({
  "node_modules/fast-deep-equal/index.js"(exports, module) {
    "use strict";
    module.exports = function equal(a, b) {
      if (a === b) return !0;
      if (a && b && typeof a == "object" && typeof b == "object") {
        if (a.constructor !== b.constructor) return !1;
        var length, i, keys;
        if (Array.isArray(a)) {
          if (length = a.length, length != b.length) return !1;
          for (i = length; i-- !== 0; )
            if (!equal(a[i], b[i])) return !1;
          return !0;
        }
        if (a.constructor === RegExp) return a.source === b.source && a.flags === b.flags;
        if (a.valueOf !== Object.prototype.valueOf) return a.valueOf() === b.valueOf();
        if (a.toString !== Object.prototype.toString) return a.toString() === b.toString();
        if (keys = Object.keys(a), length = keys.length, length !== Object.keys(b).length) return !1;
        for (i = length; i-- !== 0; )
          if (!Object.prototype.hasOwnProperty.call(b, keys[i])) return !1;
        for (i = length; i-- !== 0; ) {
          var key = keys[i];
          if (!equal(a[key], b[key])) return !1;
        }
        return !0;
      }
      return a !== a && b !== b;
    };
  }
});

// node_modules/ajv/dist/runtime/equal.js
var require_equal = __commonJS({
  "node_modules/ajv/dist/runtime/equal.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: !0 });
    var equal = require_fast_deep_equal();
    equal.code = 'require("ajv/dist/runtime/equal").default';
    exports.default = equal;
  }
});

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: !0 });
    function ucs2length(str) {
      let len = str.length, length = 0, pos = 0, value;
      for (; pos < len; )
        length++, value = str.charCodeAt(pos++), value >= 55296 && value <= 56319 && pos < len && (value = str.charCodeAt(pos), (value & 64512) === 56320 && pos++);
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// <stdin>
var validate = validate20, schema31 = { $schema: "https://json-schema.org/draft/2020-12/schema", $id: "urn:countersign:approval:v1", title: "Approval", description: "A person's grant or denial, bound to exact content, expiring, used at most once. The digest of the bound part is the approval digest.", type: "object", additionalProperties: !1, patternProperties: { "^x-": {} }, required: ["schema", "event", "packet_digest", "base_sha", "head_sha", "scope_digest", "mode", "engine", "argv_digest", "protected_sha", "admission_digests", "actor", "source", "at", "expires_at", "nonce"], properties: { schema: { const: "countersign/approval/v1" }, event: { enum: ["approval.granted", "approval.denied"] }, packet_digest: { $ref: "urn:countersign:common:v1#/$defs/digest" }, base_sha: { $ref: "urn:countersign:common:v1#/$defs/sha", description: "The commit that the run starts from." }, head_sha: { description: "The head of the packet branch; null on a laptop.", oneOf: [{ $ref: "urn:countersign:common:v1#/$defs/sha" }, { type: "null" }] }, scope_digest: { $ref: "urn:countersign:common:v1#/$defs/digest", description: "Over effective paths, permissions, limits, setup and verification." }, mode: { $ref: "urn:countersign:common:v1#/$defs/mutation_mode" }, engine: { $ref: "urn:countersign:common:v1#/$defs/engine_id" }, argv_digest: { $ref: "urn:countersign:common:v1#/$defs/digest" }, protected_sha: { $ref: "urn:countersign:common:v1#/$defs/sha", description: "The commit of the protected ref that config and admissions were read from." }, admission_digests: { type: "array", uniqueItems: !0, items: { $ref: "urn:countersign:common:v1#/$defs/digest" }, description: "Sorted; one per admission that counts." }, actor: { type: "object", additionalProperties: !1, required: ["id", "login"], properties: { id: { type: "integer", minimum: 0, description: "The numeric id of the account; 0 on a laptop." }, login: { type: "string", minLength: 1, maxLength: 100 } } }, source: { enum: ["review", "comment", "ticket", "local"] }, at: { $ref: "urn:countersign:common:v1#/$defs/time" }, expires_at: { $ref: "urn:countersign:common:v1#/$defs/time" }, nonce: { type: "string", pattern: "^[A-Za-z0-9_-]{8,128}$", description: "Single use: one file per nonce in the state directory." }, reason: { type: "string" } } };
var schema37 = { title: "MutationMode", enum: ["none", "copied-fixture", "sandbox-repo", "owned-noncritical-repo", "candidate-default"] };
var func0 = Object.prototype.hasOwnProperty, func27 = require_equal().default, func94 = require_ucs2length().default, pattern4 = new RegExp("^x-", "u"), pattern5 = new RegExp("^sha256:[0-9a-f]{64}$", "u"), pattern6 = new RegExp("^([0-9a-f]{40}|[0-9a-f]{64})$", "u"), pattern9 = new RegExp("^[a-z0-9][a-z0-9-]{0,63}$", "u"), pattern13 = new RegExp("^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$", "u"), pattern15 = new RegExp("^[A-Za-z0-9_-]{8,128}$", "u");
function validate20(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null, errors = 0, evaluated0 = validate20.evaluated;
  if (evaluated0.dynamicProps && (evaluated0.props = void 0), evaluated0.dynamicItems && (evaluated0.items = void 0), data && typeof data == "object" && !Array.isArray(data)) {
    if (data.schema === void 0 || !func0.call(data, "schema")) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "schema" }, message: "must have required property 'schema'" };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.event === void 0 || !func0.call(data, "event")) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "event" }, message: "must have required property 'event'" };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    if (data.packet_digest === void 0 || !func0.call(data, "packet_digest")) {
      let err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "packet_digest" }, message: "must have required property 'packet_digest'" };
      vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
    }
    if (data.base_sha === void 0 || !func0.call(data, "base_sha")) {
      let err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "base_sha" }, message: "must have required property 'base_sha'" };
      vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
    }
    if (data.head_sha === void 0 || !func0.call(data, "head_sha")) {
      let err4 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "head_sha" }, message: "must have required property 'head_sha'" };
      vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
    }
    if (data.scope_digest === void 0 || !func0.call(data, "scope_digest")) {
      let err5 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "scope_digest" }, message: "must have required property 'scope_digest'" };
      vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
    }
    if (data.mode === void 0 || !func0.call(data, "mode")) {
      let err6 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "mode" }, message: "must have required property 'mode'" };
      vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
    }
    if (data.engine === void 0 || !func0.call(data, "engine")) {
      let err7 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "engine" }, message: "must have required property 'engine'" };
      vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
    }
    if (data.argv_digest === void 0 || !func0.call(data, "argv_digest")) {
      let err8 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "argv_digest" }, message: "must have required property 'argv_digest'" };
      vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
    }
    if (data.protected_sha === void 0 || !func0.call(data, "protected_sha")) {
      let err9 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "protected_sha" }, message: "must have required property 'protected_sha'" };
      vErrors === null ? vErrors = [err9] : vErrors.push(err9), errors++;
    }
    if (data.admission_digests === void 0 || !func0.call(data, "admission_digests")) {
      let err10 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "admission_digests" }, message: "must have required property 'admission_digests'" };
      vErrors === null ? vErrors = [err10] : vErrors.push(err10), errors++;
    }
    if (data.actor === void 0 || !func0.call(data, "actor")) {
      let err11 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "actor" }, message: "must have required property 'actor'" };
      vErrors === null ? vErrors = [err11] : vErrors.push(err11), errors++;
    }
    if (data.source === void 0 || !func0.call(data, "source")) {
      let err12 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "source" }, message: "must have required property 'source'" };
      vErrors === null ? vErrors = [err12] : vErrors.push(err12), errors++;
    }
    if (data.at === void 0 || !func0.call(data, "at")) {
      let err13 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "at" }, message: "must have required property 'at'" };
      vErrors === null ? vErrors = [err13] : vErrors.push(err13), errors++;
    }
    if (data.expires_at === void 0 || !func0.call(data, "expires_at")) {
      let err14 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "expires_at" }, message: "must have required property 'expires_at'" };
      vErrors === null ? vErrors = [err14] : vErrors.push(err14), errors++;
    }
    if (data.nonce === void 0 || !func0.call(data, "nonce")) {
      let err15 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "nonce" }, message: "must have required property 'nonce'" };
      vErrors === null ? vErrors = [err15] : vErrors.push(err15), errors++;
    }
    for (let key0 of Object.keys(data))
      if (!(func0.call(schema31.properties, key0) || pattern4.test(key0))) {
        let err16 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties" };
        vErrors === null ? vErrors = [err16] : vErrors.push(err16), errors++;
      }
    if (data.schema !== void 0 && func0.call(data, "schema") && data.schema !== "countersign/approval/v1") {
      let err17 = { instancePath: instancePath + "/schema", schemaPath: "#/properties/schema/const", keyword: "const", params: { allowedValue: "countersign/approval/v1" }, message: "must be equal to constant" };
      vErrors === null ? vErrors = [err17] : vErrors.push(err17), errors++;
    }
    if (data.event !== void 0 && func0.call(data, "event")) {
      let data1 = data.event;
      if (!(data1 === "approval.granted" || data1 === "approval.denied")) {
        let err18 = { instancePath: instancePath + "/event", schemaPath: "#/properties/event/enum", keyword: "enum", params: { allowedValues: schema31.properties.event.enum }, message: "must be equal to one of the allowed values" };
        vErrors === null ? vErrors = [err18] : vErrors.push(err18), errors++;
      }
    }
    if (data.packet_digest !== void 0 && func0.call(data, "packet_digest")) {
      let data2 = data.packet_digest;
      if (typeof data2 == "string") {
        if (!pattern5.test(data2)) {
          let err19 = { instancePath: instancePath + "/packet_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/pattern", keyword: "pattern", params: { pattern: "^sha256:[0-9a-f]{64}$" }, message: 'must match pattern "^sha256:[0-9a-f]{64}$"' };
          vErrors === null ? vErrors = [err19] : vErrors.push(err19), errors++;
        }
      } else {
        let err20 = { instancePath: instancePath + "/packet_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err20] : vErrors.push(err20), errors++;
      }
    }
    if (data.base_sha !== void 0 && func0.call(data, "base_sha")) {
      let data3 = data.base_sha;
      if (typeof data3 == "string") {
        if (!pattern6.test(data3)) {
          let err21 = { instancePath: instancePath + "/base_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/pattern", keyword: "pattern", params: { pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" }, message: 'must match pattern "^([0-9a-f]{40}|[0-9a-f]{64})$"' };
          vErrors === null ? vErrors = [err21] : vErrors.push(err21), errors++;
        }
      } else {
        let err22 = { instancePath: instancePath + "/base_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err22] : vErrors.push(err22), errors++;
      }
    }
    if (data.head_sha !== void 0 && func0.call(data, "head_sha")) {
      let data4 = data.head_sha, _errs11 = errors, valid3 = !1, passing0 = null, _errs12 = errors;
      if (typeof data4 == "string") {
        if (!pattern6.test(data4)) {
          let err23 = { instancePath: instancePath + "/head_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/pattern", keyword: "pattern", params: { pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" }, message: 'must match pattern "^([0-9a-f]{40}|[0-9a-f]{64})$"' };
          vErrors === null ? vErrors = [err23] : vErrors.push(err23), errors++;
        }
      } else {
        let err24 = { instancePath: instancePath + "/head_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err24] : vErrors.push(err24), errors++;
      }
      var _valid0 = _errs12 === errors;
      _valid0 && (valid3 = !0, passing0 = 0);
      let _errs15 = errors;
      if (data4 !== null) {
        let err25 = { instancePath: instancePath + "/head_sha", schemaPath: "#/properties/head_sha/oneOf/1/type", keyword: "type", params: { type: "null" }, message: "must be null" };
        vErrors === null ? vErrors = [err25] : vErrors.push(err25), errors++;
      }
      var _valid0 = _errs15 === errors;
      if (_valid0 && valid3 ? (valid3 = !1, passing0 = [passing0, 1]) : _valid0 && (valid3 = !0, passing0 = 1), valid3)
        errors = _errs11, vErrors !== null && (_errs11 ? vErrors.length = _errs11 : vErrors = null);
      else {
        let err26 = { instancePath: instancePath + "/head_sha", schemaPath: "#/properties/head_sha/oneOf", keyword: "oneOf", params: { passingSchemas: passing0 }, message: "must match exactly one schema in oneOf" };
        vErrors === null ? vErrors = [err26] : vErrors.push(err26), errors++;
      }
    }
    if (data.scope_digest !== void 0 && func0.call(data, "scope_digest")) {
      let data5 = data.scope_digest;
      if (typeof data5 == "string") {
        if (!pattern5.test(data5)) {
          let err27 = { instancePath: instancePath + "/scope_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/pattern", keyword: "pattern", params: { pattern: "^sha256:[0-9a-f]{64}$" }, message: 'must match pattern "^sha256:[0-9a-f]{64}$"' };
          vErrors === null ? vErrors = [err27] : vErrors.push(err27), errors++;
        }
      } else {
        let err28 = { instancePath: instancePath + "/scope_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err28] : vErrors.push(err28), errors++;
      }
    }
    if (data.mode !== void 0 && func0.call(data, "mode")) {
      let data6 = data.mode;
      if (!(data6 === "none" || data6 === "copied-fixture" || data6 === "sandbox-repo" || data6 === "owned-noncritical-repo" || data6 === "candidate-default")) {
        let err29 = { instancePath: instancePath + "/mode", schemaPath: "urn:countersign:common:v1#/$defs/mutation_mode/enum", keyword: "enum", params: { allowedValues: schema37.enum }, message: "must be equal to one of the allowed values" };
        vErrors === null ? vErrors = [err29] : vErrors.push(err29), errors++;
      }
    }
    if (data.engine !== void 0 && func0.call(data, "engine")) {
      let data7 = data.engine;
      if (typeof data7 == "string") {
        if (!pattern9.test(data7)) {
          let err30 = { instancePath: instancePath + "/engine", schemaPath: "urn:countersign:common:v1#/$defs/engine_id/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9][a-z0-9-]{0,63}$" }, message: 'must match pattern "^[a-z0-9][a-z0-9-]{0,63}$"' };
          vErrors === null ? vErrors = [err30] : vErrors.push(err30), errors++;
        }
      } else {
        let err31 = { instancePath: instancePath + "/engine", schemaPath: "urn:countersign:common:v1#/$defs/engine_id/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err31] : vErrors.push(err31), errors++;
      }
    }
    if (data.argv_digest !== void 0 && func0.call(data, "argv_digest")) {
      let data8 = data.argv_digest;
      if (typeof data8 == "string") {
        if (!pattern5.test(data8)) {
          let err32 = { instancePath: instancePath + "/argv_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/pattern", keyword: "pattern", params: { pattern: "^sha256:[0-9a-f]{64}$" }, message: 'must match pattern "^sha256:[0-9a-f]{64}$"' };
          vErrors === null ? vErrors = [err32] : vErrors.push(err32), errors++;
        }
      } else {
        let err33 = { instancePath: instancePath + "/argv_digest", schemaPath: "urn:countersign:common:v1#/$defs/digest/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err33] : vErrors.push(err33), errors++;
      }
    }
    if (data.protected_sha !== void 0 && func0.call(data, "protected_sha")) {
      let data9 = data.protected_sha;
      if (typeof data9 == "string") {
        if (!pattern6.test(data9)) {
          let err34 = { instancePath: instancePath + "/protected_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/pattern", keyword: "pattern", params: { pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" }, message: 'must match pattern "^([0-9a-f]{40}|[0-9a-f]{64})$"' };
          vErrors === null ? vErrors = [err34] : vErrors.push(err34), errors++;
        }
      } else {
        let err35 = { instancePath: instancePath + "/protected_sha", schemaPath: "urn:countersign:common:v1#/$defs/sha/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err35] : vErrors.push(err35), errors++;
      }
    }
    if (data.admission_digests !== void 0 && func0.call(data, "admission_digests")) {
      let data10 = data.admission_digests;
      if (Array.isArray(data10)) {
        let len0 = data10.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data11 = data10[i0];
          if (typeof data11 == "string") {
            if (!pattern5.test(data11)) {
              let err36 = { instancePath: instancePath + "/admission_digests/" + i0, schemaPath: "urn:countersign:common:v1#/$defs/digest/pattern", keyword: "pattern", params: { pattern: "^sha256:[0-9a-f]{64}$" }, message: 'must match pattern "^sha256:[0-9a-f]{64}$"' };
              vErrors === null ? vErrors = [err36] : vErrors.push(err36), errors++;
            }
          } else {
            let err37 = { instancePath: instancePath + "/admission_digests/" + i0, schemaPath: "urn:countersign:common:v1#/$defs/digest/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            vErrors === null ? vErrors = [err37] : vErrors.push(err37), errors++;
          }
        }
        let i1 = data10.length, j0;
        if (i1 > 1) {
          outer0:
            for (; i1--; )
              for (j0 = i1; j0--; )
                if (func27(data10[i1], data10[j0])) {
                  let err38 = { instancePath: instancePath + "/admission_digests", schemaPath: "#/properties/admission_digests/uniqueItems", keyword: "uniqueItems", params: { i: i1, j: j0 }, message: "must NOT have duplicate items (items ## " + j0 + " and " + i1 + " are identical)" };
                  vErrors === null ? vErrors = [err38] : vErrors.push(err38), errors++;
                  break outer0;
                }
        }
      } else {
        let err39 = { instancePath: instancePath + "/admission_digests", schemaPath: "#/properties/admission_digests/type", keyword: "type", params: { type: "array" }, message: "must be array" };
        vErrors === null ? vErrors = [err39] : vErrors.push(err39), errors++;
      }
    }
    if (data.actor !== void 0 && func0.call(data, "actor")) {
      let data12 = data.actor;
      if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
        if (data12.id === void 0 || !func0.call(data12, "id")) {
          let err40 = { instancePath: instancePath + "/actor", schemaPath: "#/properties/actor/required", keyword: "required", params: { missingProperty: "id" }, message: "must have required property 'id'" };
          vErrors === null ? vErrors = [err40] : vErrors.push(err40), errors++;
        }
        if (data12.login === void 0 || !func0.call(data12, "login")) {
          let err41 = { instancePath: instancePath + "/actor", schemaPath: "#/properties/actor/required", keyword: "required", params: { missingProperty: "login" }, message: "must have required property 'login'" };
          vErrors === null ? vErrors = [err41] : vErrors.push(err41), errors++;
        }
        for (let key1 of Object.keys(data12))
          if (!(key1 === "id" || key1 === "login")) {
            let err42 = { instancePath: instancePath + "/actor", schemaPath: "#/properties/actor/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 }, message: "must NOT have additional properties" };
            vErrors === null ? vErrors = [err42] : vErrors.push(err42), errors++;
          }
        if (data12.id !== void 0 && func0.call(data12, "id")) {
          let data13 = data12.id;
          if (!(typeof data13 == "number" && !(data13 % 1) && !isNaN(data13) && isFinite(data13))) {
            let err43 = { instancePath: instancePath + "/actor/id", schemaPath: "#/properties/actor/properties/id/type", keyword: "type", params: { type: "integer" }, message: "must be integer" };
            vErrors === null ? vErrors = [err43] : vErrors.push(err43), errors++;
          }
          if (typeof data13 == "number" && isFinite(data13) && (data13 < 0 || isNaN(data13))) {
            let err44 = { instancePath: instancePath + "/actor/id", schemaPath: "#/properties/actor/properties/id/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0" };
            vErrors === null ? vErrors = [err44] : vErrors.push(err44), errors++;
          }
        }
        if (data12.login !== void 0 && func0.call(data12, "login")) {
          let data14 = data12.login;
          if (typeof data14 == "string") {
            if (func94(data14) > 100) {
              let err45 = { instancePath: instancePath + "/actor/login", schemaPath: "#/properties/actor/properties/login/maxLength", keyword: "maxLength", params: { limit: 100 }, message: "must NOT have more than 100 characters" };
              vErrors === null ? vErrors = [err45] : vErrors.push(err45), errors++;
            }
            if (func94(data14) < 1) {
              let err46 = { instancePath: instancePath + "/actor/login", schemaPath: "#/properties/actor/properties/login/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters" };
              vErrors === null ? vErrors = [err46] : vErrors.push(err46), errors++;
            }
          } else {
            let err47 = { instancePath: instancePath + "/actor/login", schemaPath: "#/properties/actor/properties/login/type", keyword: "type", params: { type: "string" }, message: "must be string" };
            vErrors === null ? vErrors = [err47] : vErrors.push(err47), errors++;
          }
        }
      } else {
        let err48 = { instancePath: instancePath + "/actor", schemaPath: "#/properties/actor/type", keyword: "type", params: { type: "object" }, message: "must be object" };
        vErrors === null ? vErrors = [err48] : vErrors.push(err48), errors++;
      }
    }
    if (data.source !== void 0 && func0.call(data, "source")) {
      let data15 = data.source;
      if (!(data15 === "review" || data15 === "comment" || data15 === "ticket" || data15 === "local")) {
        let err49 = { instancePath: instancePath + "/source", schemaPath: "#/properties/source/enum", keyword: "enum", params: { allowedValues: schema31.properties.source.enum }, message: "must be equal to one of the allowed values" };
        vErrors === null ? vErrors = [err49] : vErrors.push(err49), errors++;
      }
    }
    if (data.at !== void 0 && func0.call(data, "at")) {
      let data16 = data.at;
      if (typeof data16 == "string") {
        if (!pattern13.test(data16)) {
          let err50 = { instancePath: instancePath + "/at", schemaPath: "urn:countersign:common:v1#/$defs/time/pattern", keyword: "pattern", params: { pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$" }, message: 'must match pattern "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$"' };
          vErrors === null ? vErrors = [err50] : vErrors.push(err50), errors++;
        }
      } else {
        let err51 = { instancePath: instancePath + "/at", schemaPath: "urn:countersign:common:v1#/$defs/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err51] : vErrors.push(err51), errors++;
      }
    }
    if (data.expires_at !== void 0 && func0.call(data, "expires_at")) {
      let data17 = data.expires_at;
      if (typeof data17 == "string") {
        if (!pattern13.test(data17)) {
          let err52 = { instancePath: instancePath + "/expires_at", schemaPath: "urn:countersign:common:v1#/$defs/time/pattern", keyword: "pattern", params: { pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$" }, message: 'must match pattern "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$"' };
          vErrors === null ? vErrors = [err52] : vErrors.push(err52), errors++;
        }
      } else {
        let err53 = { instancePath: instancePath + "/expires_at", schemaPath: "urn:countersign:common:v1#/$defs/time/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err53] : vErrors.push(err53), errors++;
      }
    }
    if (data.nonce !== void 0 && func0.call(data, "nonce")) {
      let data18 = data.nonce;
      if (typeof data18 == "string") {
        if (!pattern15.test(data18)) {
          let err54 = { instancePath: instancePath + "/nonce", schemaPath: "#/properties/nonce/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9_-]{8,128}$" }, message: 'must match pattern "^[A-Za-z0-9_-]{8,128}$"' };
          vErrors === null ? vErrors = [err54] : vErrors.push(err54), errors++;
        }
      } else {
        let err55 = { instancePath: instancePath + "/nonce", schemaPath: "#/properties/nonce/type", keyword: "type", params: { type: "string" }, message: "must be string" };
        vErrors === null ? vErrors = [err55] : vErrors.push(err55), errors++;
      }
    }
    if (data.reason !== void 0 && func0.call(data, "reason") && typeof data.reason != "string") {
      let err56 = { instancePath: instancePath + "/reason", schemaPath: "#/properties/reason/type", keyword: "type", params: { type: "string" }, message: "must be string" };
      vErrors === null ? vErrors = [err56] : vErrors.push(err56), errors++;
    }
  } else {
    let err57 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object" };
    vErrors === null ? vErrors = [err57] : vErrors.push(err57), errors++;
  }
  return validate20.errors = vErrors, errors === 0;
}
validate20.evaluated = { props: !0, dynamicProps: !1, dynamicItems: !1 };
export {
  validate
};
