package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule with a request that breaks it, and the neighbours that don't. */
final class RulesTest {
  private static final String CALL =
      "{'role':'assistant','content':[{'type':'tool_use','id':'t1','name':'f','input':{}}]}";
  private static final String RESULT =
      "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1','content':'ok'}]}";
  private static final String BUDGET = "'thinking':{'type':'enabled','budget_tokens':2000}";
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
      + "hgGAWjR9awAAAABJRU5ErkJggg==";

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      'model':'gpt-4o'                                | model: gpt-4o
      'model':'no-such-model'                         | model: no-such-model
      'model':'Claude-Opus-4-8'                       | model: Claude-Opus-4-8
      'model':'claude-opus-4-8[1m]'                   | model: claude-opus-4-8[1m]
      'frequency_penalty':1                           | frequency_penalty: Extra inputs are not permitted
      'max_tokens':null                               | max_tokens: Field required
      'max_tokens':0                                  | max_tokens: Input should be greater than or equal to 1
      'max_tokens':64001                              | max_tokens: 64001 > 64000
      'temperature':1.5                               | temperature: Input should be less than or equal to 1
      'temperature':0.5,'top_p':0.5                   | cannot both be specified
      'model':'claude-opus-4-8','temperature':0.5     | `temperature` is deprecated for this model.
      'model':'claude-opus-5-5','top_p':0.5           | `top_p` is deprecated for this model.
      'model':'claude-haiku-5-5','temperature':0      | `temperature` is deprecated for this model.
      'model':'claude-fable-5','top_k':3              | `top_k` is deprecated for this model.
      'stop_sequences':[' ']                          | each stop sequence must contain non-whitespace
      'stop_sequences':'x'                            | stop_sequences: Input should be a valid list
      'thinking':{'type':'enabled'}                   | budget_tokens: Field required
      'thinking':{'type':'enabled','budget_tokens':1000} | Input should be greater than or equal to 1024
      'max_tokens':2000,BUDGET                        | `max_tokens` must be greater than `thinking.budget
      BUDGET,'temperature':0.5                        | `temperature` may only be set to 1
      BUDGET,'top_p':0.9                              | `top_p` must be greater than or equal to 0.95
      BUDGET,'top_k':5                                | `top_k` must be unset when thinking is enabled
      'thinking':{'type':'adaptive'}                  | adaptive thinking is not supported on this model
      'model':'claude-opus-4-6','thinking':{'type':'adaptive'},'temperature':0.5 | may only be set to 1
      'model':'claude-opus-5-5',BUDGET                | "thinking.type.enabled" is not
      'model':'claude-3-5-haiku-20241022',BUDGET      | does not support thinking
      'model':'claude-sonnet-5-5','thinking':{'type':'disabled'} | "thinking.type.disabled" is not
      'model':'claude-fable-5','thinking':{'type':'disabled'} | "thinking.type.disabled" is not
      'output_config':{'effort':'high'}               | This model does not support the effort parameter.
      'model':'claude-opus-5-5','output_config':{'effort':'huge'} | output_config.effort: Input should be
      'context_management':{'edits':[{'type':'clear_thinking_20251015'}]} | requires `thinking` to be enabled
      'messages':[]                                   | at least one message is required
      'messages':[{'role':'assistant','content':'x'}] | first message must use the "user" role
      'messages':[{'role':'user','content':''}]       | user messages must have non-empty content
      'messages':[{'role':'user','content':[]}]       | user messages must have non-empty content
      'messages':[{'role':'user','content':' '}]      | must contain non-whitespace text
      'messages':[{'role':'user','content':[{'type':'text','text':''}]}] | must be non-empty
      'messages':[{'role':'tool','content':'x'}]      | messages.0.role: Input should be 'user' or 'assistant'
      'messages':[{'role':'user','content':'x'},{'role':'system','content':'x'}] | Unexpected role "system"
      'messages':[{'role':'user','content':[{'type':'audio'}]}] | Input tag 'audio'
      'system':[{'type':'text','text':''}]            | system: text content blocks must be non-empty
      'tool_choice':{'type':'any'}                    | may only be specified while providing tools
      """)
  void refusesWhatTheApiRefuses(String change, String message) {
    String told = refusal(body(change));
    assertTrue(told.contains(message), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "'temperature':0.5",
      "'temperature':1,BUDGET",
      "'top_p':0.95,BUDGET",
      "'temperature':0.5,'thinking':{'type':'disabled'}",
      "'model':'claude-opus-5-5','temperature':1",
      "'model':'claude-opus-5-5','thinking':{'type':'adaptive'},'output_config':{'effort':'medium'}",
      "'model':'claude-opus-5','thinking':{'type':'disabled'}",
      "'model':'claude-opus-4-8','messages':[{'role':'user','content':'x'},{'role':'system','content':[]}]",
      "'model':'claude-opus-4-5','output_config':{'effort':'high'}",
      "'model':'claude-sonnet-4-20250514','temperature':0.5,'top_p':0.5",
      "'model':'claude-3-7-sonnet-20250219'",
      "'model':'claude-3-opus-20240229','max_tokens':4096",
      "'model':'claude-haiku-5-5','max_tokens':128000",
      "BUDGET,'context_management':{'edits':[{'type':'clear_thinking_20251015','keep':'all'}]}",
      "'context_management':{'edits':[]}",
      "'messages':[{'role':'user','content':'a'},{'role':'user','content':'b'}]",
      "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]",
  })
  void takesWhatTheApiTakes(String change) {
    assertDoesNotThrow(() -> Rules.check(request(body(change), Map.of())), change);
  }

  @Test
  void systemMessagesToOlderModelsNeedTheirBeta() {
    Json.Obj body = body("'messages':[{'role':'user','content':'x'},{'role':'system','content':[]}]");
    Map<String, String> beta = Map.of("anthropic-beta", "mid-conversation-system-2026-04-07");
    assertDoesNotThrow(() -> Rules.check(request(body, beta)));
  }

  @Test
  void prefillIsForOlderModelsOnly() {
    String messages = "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]";
    assertTrue(refusal(body("'model':'claude-opus-4-8'," + messages)).contains("prefill"));
  }

  @Test
  void aRequestNeedsACredentialAndAVersion() {
    Received bare = new Received(1, Instant.EPOCH, "/v1/messages", Map.of(), body("'stream':true"), 100);
    assertEquals(401, assertThrows(RuleBroken.class, () -> Rules.check(bare)).error().status());
    Received keyOnly = new Received(1, Instant.EPOCH, "/v1/messages", Map.of("authorization", "Bearer x"),
        body("'stream':true"), 100);
    assertTrue(assertThrows(RuleBroken.class, () -> Rules.check(keyOnly)).getMessage().contains("version"));
  }

  @Test
  void anUnknownModelIsA404() {
    RuleBroken broken = assertThrows(RuleBroken.class,
        () -> Rules.check(request(body("'model':'gpt-4o'"), Map.of())));
    assertEquals(404, broken.error().status());
    assertEquals("not_found_error", broken.error().type());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      {'name':'a b','input_schema':{'type':'object'}}         | custom.name: String should match pattern
      {'name':'a.b','input_schema':{'type':'object'}}         | custom.name: String should match pattern
      {'name':'f'}                                            | custom.input_schema: Field required
      {'name':'f','input_schema':{}}                          | custom.input_schema.type: Field required
      {'name':'f','input_schema':{'type':'array'}}            | type: Input should be 'object'
      {'name':'f','input_schema':{'type':'object','anyOf':[]}} | does not support oneOf, allOf, or anyOf
      {'name':'f','input_schema':{'type':'object','properties':{'a b':{}}}} | Property keys should match
      {'name':'f','input_schema':{'type':'object','properties':{'a':{'type':'t'}}}} | schema is invalid
      {'name':'f','input_schema':{'type':'object','required':'a'}} | JSON schema is invalid
      {'name':'f','input_schema':{'type':'object'}},{'name':'f','input_schema':{}} | must be unique
      """)
  void toolsAreDeclaredProperly(String tools, String message) {
    String told = refusal(body("'tools':[" + tools + "]"));
    assertTrue(told.contains(message), told);
  }

  @Test
  void aForcedToolExcludesThinking() {
    String tools = "'tools':[{'name':'f','input_schema':{'type':'object'}}],";
    String any = "'tool_choice':{'type':'any'}";
    String excluded = "Thinking may not be enabled when tool_choice forces tool use.";
    assertEquals(excluded, refusal(body(tools + BUDGET + "," + any)));
    assertEquals(excluded, refusal(body("'model':'claude-opus-5-5'," + tools + any)),
        "a model that thinks unless it is told not to");
    assertDoesNotThrow(() -> Rules.check(request(body(tools + any), Map.of())));
    assertDoesNotThrow(() -> Rules.check(request(
        body("'model':'claude-opus-5','thinking':{'type':'disabled'}," + tools + any), Map.of())));
    assertEquals("\"thinking.type.disabled\" is not supported for this model.",
        refusal(body("'model':'claude-opus-5-5','thinking':{'type':'disabled'}," + tools + any)),
        "a model that always thinks cannot be forced at all");
    assertEquals("Tool 'g' not found in provided tools",
        refusal(body(tools + "'tool_choice':{'type':'tool','name':'g'}")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      CALL                    | messages.1: `tool_use` ids were found without `tool_result` blocks
      CALL,{'role':'user','content':'no result'} | messages.1: `tool_use` ids were found without
      CALL,{'role':'user','content':'late'},RESULT | `tool_use` ids were found without
      CALL,RESULT,RESULT      | each tool_use must have a single result
      CALL,RESULT,CALL,RESULT | `tool_use` ids must be unique
      RESULT                  | unexpected `tool_use_id` found in `tool_result` blocks: t1
      CALL,RESULT,{'role':'assistant','content':'x'},RESULT | unexpected `tool_use_id`
      {'role':'assistant','content':[{'type':'tool_use','id':'a b','name':'f','input':{}}]} | should match
      {'role':'assistant','content':[{'type':'thinking','thinking':'','signature':'no'}]} | `signature`
      """)
  void callsAndResultsBelongTogether(String messages, String message) {
    String told = refusal(conversation(messages));
    assertTrue(told.contains(message), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "CALL,RESULT",
      "CALL,RESULT,{'role':'user','content':'and more'}",
      "CALL,RESULT,{'role':'assistant','content':'x'},{'role':'user','content':'y'}",
      "CALL,{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1'},{'type':'text','text':'x'}]}",
  })
  void rightConversationsPass(String messages) {
    assertDoesNotThrow(() -> Rules.check(request(conversation(messages), Map.of())), messages);
  }

  @Test
  void imagesAreWhatTheySay() {
    assertDoesNotThrow(() -> Rules.check(request(image("image/png", PNG), Map.of())));
    assertTrue(refusal(image("image/jpeg", PNG)).contains("appears to be a image/png image"));
    assertTrue(refusal(image("image/tiff", PNG)).contains("media_type: Input should be 'image/jpeg'"));
    assertTrue(refusal(image("image/png", "not base64!")).contains("invalid base64 data"));
    assertTrue(refusal(image("image/png", "aGVsbG8=")).contains("Could not process image"));
    String large = "iVBORw0K" + "A".repeat(8_000_000);
    assertTrue(refusal(image("image/png", large)).contains("exceeds 5 MB maximum"));
  }

  private static Json.Obj image(String type, String data) {
    return body("'messages':[{'role':'user','content':[{'type':'image','source':{'type':'base64',"
        + "'media_type':'" + type + "','data':'" + data + "'}}]}]");
  }

  private static Json.Obj conversation(String messages) {
    return body("'messages':[{'role':'user','content':'go'},"
        + messages.replace("CALL", CALL).replace("RESULT", RESULT) + "]");
  }

  /** A request that breaks no rule, changed by these fields. */
  private static Json.Obj body(String fields) {
    Json.Obj body = Json.object("model", "claude-sonnet-4-5", "max_tokens", 4000,
        "messages", List.of(Json.object("role", "user", "content", "hi")));
    Json.Obj changes = (Json.Obj) JsonReader.parse(
        "{" + fields.replace("BUDGET", BUDGET).replace('\'', '"') + "}");
    for (Map.Entry<String, Json> change : changes.fields().entrySet()) {
      body = body.with(change.getKey(), change.getValue());
    }
    return body;
  }

  private static String refusal(Json.Obj body) {
    return assertThrows(RuleBroken.class, () -> Rules.check(request(body, Map.of()))).getMessage();
  }

  private static Received request(Json.Obj body, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("x-api-key", "fake");
    all.put("anthropic-version", "2023-06-01");
    return new Received(1, Instant.EPOCH, "/v1/messages", all, body, 100);
  }
}
