package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left out and refused here was compared with Ajv 8 in strict mode, which the CLI compiles with. */
final class SchemaCleanerTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'type':'object'}|{'type':'object'}",
      "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'x','type':'object','title':'T'}"
          + "|{'type':'object','title':'T'}",
      "{'type':'object','properties':{'a':{'type':'string','format':'email','description':'d'}}}"
          + "|{'type':'object','properties':{'a':{'type':'string','description':'d'}}}",
      "{'type':'object','properties':{'format':{'type':'string'},'$schema':true}}"
          + "|{'type':'object','properties':{'format':{'type':'string'},'$schema':true}}",
      "{'type':'object','x-order':1,'example':{'a':1},'$comment':'c','title':5,'examples':{}}"
          + "|{'type':'object'}",
      "{'properties':{'a':{}}}|{'properties':{'a':{}},'type':'object'}",
      "{'type':'object','properties':{'a':{'type':'string','nullable':true}}}"
          + "|{'type':'object','properties':{'a':{'type':['string','null']}}}",
      "{'type':'object','properties':{'a':{'nullable':true}}}|{'type':'object','properties':{'a':{}}}",
      "{'type':'object','properties':{'a':{'pattern':'^\\\\d{3}\\\\-\\\\d+$'}}}"
          + "|{'type':'object','properties':{'a':{'pattern':'^\\\\d{3}-\\\\d+$'}}}",
      "{'type':'object','if':{},'additionalItems':false}|{'type':'object'}",
      "{'type':'object','if':{},'then':{'minProperties':1}}"
          + "|{'type':'object','if':{},'then':{'minProperties':1}}",
      "{'type':'object','then':{},'else':{}}|{'type':'object'}",
      "{'type':'object','default':null,'const':{'format':1}}"
          + "|{'type':'object','default':null,'const':{'format':1}}",
      "{'type':'object','properties':{'n':{'$ref':'#/$defs/N'}},'$defs':{'N':{'$ref':'#'}}}"
          + "|{'type':'object','properties':{'n':{'$ref':'#/$defs/N'}},'$defs':{'N':{'$ref':'#'}}}",
      "{'type':'object','properties':{'n':{'$ref':'#/$defs/a~1b%20c'}},'$defs':{'a/b c':{}}}"
          + "|{'type':'object','properties':{'n':{'$ref':'#/$defs/a~1b%20c'}},'$defs':{'a/b c':{}}}"})
  void staysAnObject(String schema, String cleaned) {
    assertEquals(new SchemaCleaner.Cleaned(json(cleaned), false), SchemaCleaner.clean(json(schema), "p"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'type':'array','items':{'type':'string'}}|{'type':'array','items':{'type':'string'}}",
      "{}|{}",
      "{'enum':['a','b']}|{'enum':['a','b']}",
      "{'type':['object','null']}|{'type':['object','null']}",
      "{'type':'object','nullable':true}|{'type':['object','null']}",
      "{'type':'object','anyOf':[{}]}|{'type':'object','anyOf':[{}]}",
      "{'anyOf':[{'type':'string'},{'$ref':'#'}]}"
          + "|{'anyOf':[{'type':'string'},{'$ref':'#/properties/value'}]}",
      "{'$ref':'#/definitions/N',"
          + "'definitions':{'N':{'type':'object','properties':{'n':{'$ref':'#/definitions/N'}}}}}"
          + "|{'$ref':'#/properties/value/definitions/N','definitions':{'N':{'type':'object',"
          + "'properties':{'n':{'$ref':'#/properties/value/definitions/N'}}}}}"})
  void isWrapped(String schema, String inside) {
    assertEquals(new SchemaCleaner.Cleaned(Json.object("type", "object",
        "properties", Json.object("value", json(inside)), "required", List.of("value"),
        "additionalProperties", false), true), SchemaCleaner.clean(json(schema), "p"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'type':'any'}|/type", "{'type':[]}|/type", "{'type':['string','string']}|/type", "{'type':5}|/type",
      "{'properties':[]}|/properties", "{'properties':{'a':1}}|/properties/a", "{'items':[{}]}|/items",
      "{'prefixItems':[{}]}|/prefixItems", "{'unevaluatedProperties':false}|/unevaluatedProperties",
      "{'dependentRequired':{}}|/dependentRequired", "{'contains':{},'minContains':2}|/minContains",
      "{'$dynamicRef':'#x'}|/$dynamicRef", "{'required':'a'}|/required", "{'required':['a','a']}|/required",
      "{'enum':[]}|/enum", "{'enum':'a'}|/enum", "{'minimum':'1'}|/minimum", "{'exclusiveMinimum':true}|"
          + "/exclusiveMinimum", "{'multipleOf':0}|/multipleOf", "{'minLength':-1}|/minLength",
      "{'maxItems':1.5}|/maxItems", "{'uniqueItems':1}|/uniqueItems", "{'pattern':'(?i)a'}|/pattern",
      "{'pattern':'['}|/pattern", "{'pattern':5}|/pattern",
      "{'patternProperties':{'(':{}}}|/patternProperties/(",
      "{'anyOf':[]}|/anyOf", "{'allOf':{}}|/allOf", "{'oneOf':[1]}|/oneOf/0", "{'not':'x'}|/not",
      "{'additionalProperties':5}|/additionalProperties", "{'$ref':'#/$defs/x'}|/$ref",
      "{'$ref':'other.json'}|/$ref",
      "{'$ref':'#anchor'}|/$ref", "{'$ref':5}|/$ref", "{'$ref':'#'}|/$ref",
      "{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}}}|/$ref",
      "{'properties':{'a':{}},'not':{'$ref':'#/properties'}}|/not/$ref",
      "{'dependencies':{'a':['b','b']}}|/dependencies/a",
      "{'properties':{'a/b~c':{'items':{'type':'date'}}}}|/properties/a~1b~0c/items/type"})
  void isRefused(String schema, String place) {
    WireError error = assertThrows(InvalidRequest.class, () ->
        SchemaCleaner.clean(json(schema), "the.param")).error();
    assertEquals("invalid_json_schema", error.code());
    assertEquals("the.param", error.param().orElseThrow());
    assertTrue(error.message().startsWith("Invalid schema for 'the.param': '" + place + "' "),
        error.message());
  }

  @Test
  void largeOnesPassUpToALimit() {
    assertEquals(wide(2_000), SchemaCleaner.clean(wide(2_000), "p").schema());
    assertTrue(wide(2_000).toBytes().length > 200_000);
    assertThrows(InvalidRequest.class, () -> SchemaCleaner.clean(wide(12_000), "p"));
    Json.Arr many = Json.Arr.of(Collections.nCopies(SchemaCleaner.NODES_MAX, 1), Json::of);
    Json.Obj crowd = Json.object("type", "object", "enum", many);
    assertTrue(crowd.toBytes().length < SchemaCleaner.SIZE_MAX);
    assertThrows(InvalidRequest.class, () -> SchemaCleaner.clean(crowd, "p"));
  }

  @Test
  void deepOnesPass() {
    Json.Obj schema = Json.object("type", "string");
    for (int i = 0; i < 90; i++) {
      schema = Json.object("type", "object", "properties", Json.object("a", schema));
    }
    assertEquals(schema, SchemaCleaner.clean(schema, "p").schema());
  }

  private static Json.Obj wide(int count) {
    Map<String, Json> properties = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      properties.put("property" + i, Json.object("type", "string", "description", "x".repeat(80)));
    }
    return Json.object("type", "object", "properties", new Json.Obj(properties));
  }

  private static Json.Obj json(String text) {
    return (Json.Obj) JsonReader.parse(text.replace('\'', '"'));
  }
}
