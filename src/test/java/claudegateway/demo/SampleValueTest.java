package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SampleValueTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      {'type':'string'}                                             | 'demo'
      {'type':'string','minLength':6}                               | 'demoxx'
      {'type':'string','maxLength':2}                               | 'de'
      {'type':'string','pattern':'^[0-9]{5}$'}                      | '12345'
      {'type':'string','format':'date'}                             | '2026-01-31'
      {'type':['null','integer']}                                   | 1
      {'type':'integer','minimum':7,'multipleOf':5}                 | 10
      {'type':'integer','maximum':-3}                               | -3
      {'type':'integer','exclusiveMinimum':4,'exclusiveMaximum':6}  | 5
      {'type':'number','maximum':0.25,'multipleOf':0.25}            | 0.25
      {'type':'boolean'}                                            | true
      {'type':'null'}                                               | null
      {'const':{'a':[1]}}                                           | {'a':[1]}
      {'enum':[3,'x']}                                              | 3
      {'anyOf':[{'type':'integer'},{'type':'string'}]}              | 1
      {'type':'array','items':{'type':'string'},'minItems':2}       | ['demo','demo 2']
      {'type':'array','items':{'enum':['a','b','c']},'minItems':3,'uniqueItems':true} | ['a','b','c']
      {'type':'array','items':{'type':'string'},'maxItems':0}       | []
      {'type':'array','prefixItems':[{'type':'integer'},{'const':2}]} | [1,2]
      {'type':'object','required':['x'],'additionalProperties':{'type':'integer'}} | {'x':1}
      {'properties':{'a':{'type':'null'}}}                          | {'a':null}
      {'allOf':[{'properties':{'a':{'const':1}},'required':['a']},{'properties':{'b':{'const':2}}}]} \
                                                                    | {'a':1,'b':2}
      """)
  void aValueThatTheSchemaAllows(String schema, String value) {
    assertEquals(value.replace('\'', '"'), sample(schema, "").toText());
  }

  @Test
  void recursiveSchemasEnd() {
    String tree = "{'$ref':'#/$defs/node','$defs':{'node':{'type':'object','required':['name','children'],"
        + "'properties':{'name':{'type':'string'},"
        + "'children':{'type':'array','items':{'$ref':'#/$defs/node'}},'next':{'$ref':'#/$defs/node'}}}}}";
    Json value = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> sample(tree, ""));
    String begins = "{\"name\":\"demo\",\"children\":[{\"name\":\"demo\"";
    assertTrue(value.toText().startsWith(begins), value.toText());

    String impossible = "{'type':'object','required':['self'],'properties':{'self':{'$ref':'#'}}}";
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> sample(impossible, ""));
  }

  @Test
  void wordsOfThePromptAreTaken() {
    String schema = "{'type':'object','properties':{'city':{'type':'string'},'file_path':{'type':'string'},"
        + "'days':{'type':'integer'},'unit':{'enum':['metric','imperial']},'query':{'type':'string'}}}";
    assertEquals("{\"city\":\"San José\",\"file_path\":\"src/main.c\",\"days\":3,\"unit\":\"imperial\","
        + "\"query\":\"so it is\"}",
        sample(schema, "In src/main.c, for 3 days in San José, Imperial: \"so it is\"").toText());
  }

  private static Json sample(String schema, String prompt) {
    return SampleValue.of((Json.Obj) JsonReader.parse(schema.replace('\'', '"')), prompt);
  }
}
