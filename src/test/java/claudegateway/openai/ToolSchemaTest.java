package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the CLI and the API take stays as it is; what they would lose without a word is put otherwise. */
final class ToolSchemaTest {
  private static Json.Obj cleaned(String schema) {
    return ToolSchema.cleaned((Json.Obj) JsonReader.parse(schema), "p");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{'type':'object'}",
      "{'type':'object','properties':{'a':{'type':'string','format':'email','nullable':true,'x-y':1}},'required':['a']}",
      "{'type':'object','$schema':'http://json-schema.org/draft-07/schema#','additionalProperties':false}",
      "{'type':'object','properties':{'a':{'$ref':'#/$defs/x'}},'$defs':{'x':{'anyOf':[{'type':'null'},true]}}}",
      "{'type':'object','properties':{'a':{'prefixItems':[{}],'items':false,'enum':['b'],'const':null}}}",
      "{'type':'object','properties':{'a':{'type':['string','null'],'minLength':2,'pattern':'(?i)x','default':null}}}",
      "{'type':'object','properties':{'a':{'properties':{'b c':{'if':{},'then':{}}},'dependentRequired':{'a':['b']}}}}",
      "{'type':'object','description':'d','title':'t','not':{},'enum':[{}]}",
  })
  void keepsWhatIsRight(String schema) {
    String json = schema.replace('\'', '"');
    assertEquals(json, cleaned(json).toText());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      {}                                        | {'type':'object'}
      {'type':null}                             | {'type':'object'}
      {'properties':{'a':{}}}                   | {'type':'object','properties':{'a':{}}}
      {'type':['object','null']}                | {'type':'object'}
      {'properties':null,'required':null}       | {'type':'object'}
      {'properties':[],'required':'a'}          | {'type':'object'}
      {'properties':{'a':true,'b':false,'c':null}} | {'type':'object','properties':{'a':{},'b':{'not':{}},'c':{}}}
      {'properties':{'a':{'type':'wrong'}}}     | {'type':'object','properties':{'a':{}}}
      {'properties':{'a':{'type':['int','string','string']}}} | {'type':'object','properties':{'a':{'type':['string']}}}
      {'properties':{'a':{'items':[{'type':'string'}],'additionalItems':false}}} \
        | {'type':'object','properties':{'a':{'additionalItems':false,'prefixItems':[{'type':'string'}],'items':false}}}
      {'properties':{'a':{'minimum':3,'exclusiveMinimum':true,'exclusiveMaximum':false}}} \
        | {'type':'object','properties':{'a':{'minimum':3,'exclusiveMinimum':3}}}
      {'properties':{'a':{'required':true,'anyOf':[],'title':3,'minLength':-1,'description':null}}} \
        | {'type':'object','properties':{'a':{}}}
      {'properties':{'a':{'oneOf':[{'type':'string'},3]}}} | {'type':'object','properties':{'a':{}}}
      {'additionalProperties':3,'$defs':{'x':{'multipleOf':0}}} | {'type':'object','$defs':{'x':{}}}
      {'$ref':'#/$defs/x','$defs':{'x':{'$ref':'#/$defs/y'},'y':{'properties':{'a':{}},'required':['a']}}} \
        | {'type':'object','properties':{'a':{}},'required':['a'],'$defs':{'x':{'$ref':'#/$defs/y'},'y':{'properties':{'a':{}},'required':['a']}}}
      {'$ref':'#'}                              | {'type':'object'}
      """)
  void putsOtherwiseWhatWouldBeLost(String given, String expected) {
    assertEquals(JsonReader.parse(expected.replace('\'', '"')), cleaned(given.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      anyOf | []
      oneOf | []
      allOf | ['k','a','b']
      """)
  void combinationsAtTheRootAreSaidInWords(String keyword, String required) {
    Json.Obj schema = cleaned(("{'type':'object','description':'D','properties':{'k':{}},'required':['k'],'" + keyword
        + "':[{'properties':{'a':{'type':'string'}},'required':['a']},{'properties':{'b':{}},'required':['b']}]}")
        .replace('\'', '"'));
    assertEquals(java.util.Set.of("k", "a", "b"), schema.object("properties").orElseThrow().fields().keySet());
    assertEquals(required.equals("[]") ? "[\"k\"]" : required.replace('\'', '"'),
        schema.get("required").orElseThrow().toText());
    assertTrue(schema.string("description").orElseThrow().startsWith("D\n\nThe parameters together must also match"));
    assertTrue(schema.string("description").orElseThrow().contains("{\"" + keyword + "\":["));
    assertTrue(!schema.has(keyword));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"type":"array"}              | p.type
      {"type":["string"]}           | p.type
      {"properties":{"a b":{}}}     | p.properties
      {"properties":{"":{}}}        | p.properties
      {"properties":{"ä":{}}}       | p.properties
      """)
  void refusesWhatCannotBeHelped(String schema, String param) {
    InvalidRequest refused = assertThrows(InvalidRequest.class, () -> cleaned(schema));
    assertTrue(refused.getMessage().contains(param), refused.getMessage());
  }
}
