package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field with a wrong type, a wrong value, out of range: a 400 that names it. */
final class BadRequestTest {
  private static final String NUMBERS = "\"x\"; true; []; {}";
  private static final String INTEGERS = NUMBERS + "; 1.5";
  private static final String BOOLEANS = "\"true\"; 1; 0; []; {}";
  private static final String STRINGS = "1; true; []; {}";
  private static final String OBJECTS = "\"x\"; 1; true; []";
  private static final String ARRAYS = "\"x\"; 1; true; {}";

  /** Fields, which values are of a wrong type there. */
  private static final List<String[]> TYPES = List.of(
      types(NUMBERS, "temperature", "top_p", "frequency_penalty", "presence_penalty"),
      types(INTEGERS, "max_tokens", "max_completion_tokens", "n", "seed", "top_logprobs"),
      types(BOOLEANS, "stream", "parallel_tool_calls", "logprobs", "store", "claude.events",
          "claude.commands", "claude.builtin_tools", "stream_options.include_usage",
          "stream_options.include_events"),
      types(STRINGS, "model", "session_id", "project_id", "system_prompt", "on_busy", "on_disconnect",
          "on_other_writer", "reasoning_effort", "service_tier", "verbosity", "user", "safety_identifier", "prompt_cache_key"),
      types(OBJECTS, "stream_options", "claude", "response_format", "logit_bias", "metadata", "prediction",
          "web_search_options", "audio"),
      types(ARRAYS, "messages", "tools", "modalities"),
      types("1; true; {}", "stop"),
      types("1; \"x\"; []", "claude.thinking"),
      types("1; true; []", "tool_choice"));

  /** What the request's field is; the param and code of the complaint. */
  private static final String VALUES = """
      temperature = -0.1 => temperature decimal_below_min_value
      temperature = 2.01 => temperature decimal_above_max_value
      temperature = 1e400 => temperature decimal_above_max_value
      top_p = -1 => top_p decimal_below_min_value
      top_p = 1.1 => top_p decimal_above_max_value
      frequency_penalty = -2.1 => frequency_penalty decimal_below_min_value
      frequency_penalty = 3 => frequency_penalty decimal_above_max_value
      presence_penalty = -3 => presence_penalty decimal_below_min_value
      presence_penalty = 2.5 => presence_penalty decimal_above_max_value
      max_tokens = 0 => max_tokens integer_below_min_value
      max_tokens = -1 => max_tokens integer_below_min_value
      max_tokens = 99999999999999999999 => max_tokens integer_above_max_value
      max_completion_tokens = 0 => max_completion_tokens integer_below_min_value
      max_completion_tokens = 1e12 => max_completion_tokens integer_above_max_value
      n = 0 => n integer_below_min_value
      n = 2 => n unsupported_value
      n = 129 => n integer_above_max_value
      seed = 1e30 => seed integer_above_max_value
      top_logprobs = -1 => top_logprobs integer_below_min_value
      top_logprobs = 21 => top_logprobs integer_above_max_value
      model = "" => model empty_string
      model = "$257" => model string_above_max_length
      session_id = "" => session_id empty_string
      session_id = "$129" => session_id string_above_max_length
      session_id = "../x" => session_id invalid_value
      session_id = ".." => session_id invalid_value
      session_id = "a b" => session_id invalid_value
      session_id = "a\\u0000" => session_id invalid_value
      session_id = "ü" => session_id invalid_value
      project_id = "" => project_id empty_string
      project_id = "$129" => project_id string_above_max_length
      project_id = "a/b" => project_id invalid_value
      project_id = "a\\\\b" => project_id invalid_value
      project_id = "..." => project_id invalid_value
      project_id = " " => project_id invalid_value
      project_id = "a\\r\\nX-Evil: 1" => project_id invalid_value
      on_busy = "cancel" => on_busy invalid_value
      on_disconnect = "wait" => on_disconnect invalid_value
      on_other_writer = "ignore" => on_other_writer invalid_value
      reasoning_effort = "huge" => reasoning_effort invalid_value
      reasoning_effort = "LOW" => reasoning_effort invalid_value
      verbosity = "loud" => verbosity invalid_value
      service_tier = "" => service_tier empty_string
      modalities = ["audio"] => modalities[0] invalid_value
      modalities = ["text", "audio"] => modalities[1] invalid_value
      modalities = [1] => modalities[0] invalid_type
      stop = "" => stop empty_string
      stop = ["a", ""] => stop[1] empty_string
      stop = ["a", 1] => stop[1] invalid_type
      stop = ["a", null] => stop[1] missing_required_parameter
      stop = "$1025" => stop string_above_max_length
      stop = ["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"] \
      => stop array_above_max_length
      claude = {"thinking": {"budget_tokens": 5}} => claude.thinking.budget_tokens integer_below_min_value
      claude = {"thinking": {"budget_tokens": -1}} => claude.thinking.budget_tokens integer_below_min_value
      claude = {"thinking": {"budget_tokens": "5"}} => claude.thinking.budget_tokens invalid_type
      response_format = {} => response_format.type missing_required_parameter
      response_format = {"type": null} => response_format.type missing_required_parameter
      response_format = {"type": 1} => response_format.type invalid_type
      response_format = {"type": "xml"} => response_format.type invalid_value
      response_format = {"type": "json_schema"} => response_format.json_schema missing_required_parameter
      response_format = {"type": "json_schema", "json_schema": []} => response_format.json_schema invalid_type
      response_format = {"type": "json_schema", "json_schema": {"schema": {}}} \
      => response_format.json_schema.name missing_required_parameter
      response_format = {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}} \
      => response_format.json_schema.name invalid_value
      response_format = {"type": "json_schema", "json_schema": {"name": "$65", "schema": {}}} \
      => response_format.json_schema.name string_above_max_length
      response_format = {"type": "json_schema", "json_schema": {"name": "a"}} \
      => response_format.json_schema.schema missing_required_parameter
      response_format = {"type": "json_schema", "json_schema": {"name": "a", "schema": true}} \
      => response_format.json_schema.schema invalid_type
      response_format = {"type": "json_schema", "json_schema": {"name": "a", "strict": 1, "schema": {}}} \
      => response_format.json_schema.strict invalid_type
      response_format = {"type": "json_schema", "json_schema": {"name": "a", "description": 1, "schema": \
      {}}} \
      => response_format.json_schema.description invalid_type
      response_format = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "any"}}} \
      => response_format.json_schema.schema invalid_json_schema
      tools = [1] => tools[0] invalid_type
      tools = [{}] => tools[0].type missing_required_parameter
      tools = [{"type": "function"}] => tools[0].function missing_required_parameter
      tools = [{"type": 1, "function": {"name": "a"}}] => tools[0].type invalid_type
      tools = [{"type": "custom", "custom": {"name": "a"}}] => tools[0].type invalid_value
      tools = [{"type": "web_search"}] => tools[0].type invalid_value
      tools = [{"type": "function", "function": []}] => tools[0].function invalid_type
      tools = [{"type": "function", "function": {}}] => tools[0].function.name missing_required_parameter
      tools = [{"type": "function", "function": {"name": ""}}] => tools[0].function.name empty_string
      tools = [{"type": "function", "function": {"name": 1}}] => tools[0].function.name invalid_type
      tools = [{"type": "function", "function": {"name": "$257"}}] \
      => tools[0].function.name string_above_max_length
      tools = [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": \
      "a"}}] \
      => tools[1].function.name duplicate_value
      tools = [{"type": "function", "function": {"name": "a", "description": 1}}] \
      => tools[0].function.description invalid_type
      tools = [{"type": "function", "function": {"name": "a", "strict": "yes"}}] \
      => tools[0].function.strict invalid_type
      tools = [{"type": "function", "function": {"name": "a", "parameters": []}}] \
      => tools[0].function.parameters invalid_type
      tools = [{"type": "function", "function": {"name": "a", "parameters": {"type": "array"}}}] \
      => tools[0].function.parameters.type invalid_function_parameters
      functions = [{"name": "a", "parameters": 1}] => functions[0].parameters invalid_type
      functions = [{}] => functions[0].name missing_required_parameter
      functions = {} => functions invalid_type
      tool_choice = "any" => tool_choice invalid_value
      tool_choice = "required" => tool_choice invalid_value
      tool_choice = {} => tool_choice.function missing_required_parameter
      tool_choice = {"type": "allowed_tools"} => tool_choice.type invalid_value
      tool_choice = {"type": "function", "function": {}} => tool_choice.function.name \
      missing_required_parameter
      tool_choice = {"type": "function", "function": {"name": "b"}} => tool_choice.function.name invalid_value
      tool_choice = {"type": "function", "name": "b"} => tool_choice.name invalid_value
      tool_choice = {"type": "function", "name": 1} => tool_choice.name invalid_type
      messages = [] => messages missing_messages
      messages = null => messages missing_messages
      messages = [1] => messages[0] invalid_type
      messages = [null] => messages[0] invalid_type
      messages = [{}] => messages[0].role missing_required_parameter
      messages = [{"role": 1}] => messages[0].role invalid_type
      messages = [{"role": "invalid_role", "content": "x"}] => messages[0].role invalid_value
      messages = [{"role": "User", "content": "x"}] => messages[0].role invalid_value
      messages = [{"role": "system", "content": "x"}] => messages missing_user_message
      messages = [{"role": "developer", "content": "x"}] => messages missing_user_message
      messages = [{"role": "assistant", "content": "x"}] => messages missing_user_message
      messages = [{"role": "assistant", "content": ""}] => messages missing_user_message
      messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "x"}] \
      => messages[1].role invalid_value
      messages = [{"role": "user", "content": ""}] => messages[0].content empty_string
      messages = [{"role": "user"}] => messages[0].content empty_string
      messages = [{"role": "user", "content": " \\n"}] => messages[0].content empty_string
      messages = [{"role": "user", "content": []}] => messages[0].content empty_string
      messages = [{"role": "user", "content": "a"}, {"role": "user", "content": ""}] \
      => messages[1].content empty_string
      messages = [{"role": "user", "content": 1}] => messages[0].content invalid_type
      messages = [{"role": "user", "content": true}] => messages[0].content invalid_type
      messages = [{"role": "user", "content": "a", "name": 1}] => messages[0].name invalid_type
      messages = [{"role": "system", "content": 5}, {"role": "user", "content": "a"}] \
      => messages[0].content invalid_type
      messages = [{"role": "user", "content": ["a"]}] => messages[0].content[0] invalid_type
      messages = [{"role": "user", "content": [{}]}] => messages[0].content[0].type missing_required_parameter
      messages = [{"role": "user", "content": [{"type": 1}]}] => messages[0].content[0].type invalid_type
      messages = [{"role": "user", "content": [{"type": "video_url"}]}] => messages[0].content[0].type \
      invalid_value
      messages = [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}] \
      => messages[0].content[0].type unsupported_value
      messages = [{"role": "user", "content": [{"type": "text"}]}] \
      => messages[0].content[0].text missing_required_parameter
      messages = [{"role": "user", "content": [{"type": "text", "text": 1}]}] \
      => messages[0].content[0].text invalid_type
      messages = [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": \
      []}]}] \
      => messages[0].content[1].text invalid_type
      messages = [{"role": "user", "content": [{"type": "image_url"}]}] \
      => messages[0].content[0].image_url missing_required_parameter
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": 1}]}] \
      => messages[0].content[0].image_url invalid_type
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}] \
      => messages[0].content[0].image_url.url missing_required_parameter
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": 1}}]}] \
      => messages[0].content[0].image_url.url invalid_type
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": \
      "https://a/b.png"}}]}] \
      => messages[0].content[0].image_url.url unsupported_value
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": "file:///etc/passwd"}]}] \
      => messages[0].content[0].image_url unsupported_value
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": \
      "data:image/png,x"}}]}] \
      => messages[0].content[0].image_url.url invalid_base64
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": \
      "data:image/png;base64"}}]}] \
      => messages[0].content[0].image_url.url invalid_base64
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": \
      {"url": "data:image/png;base64,"}}]}] => messages[0].content[0].image_url.url invalid_base64
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": \
      {"url": "data:image/png;base64,%%%%"}}]}] => messages[0].content[0].image_url.url invalid_base64
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": \
      {"url": "data:image/png;base64,aGVsbG8="}}]}] => messages[0].content[0].image_url.url \
      invalid_image_format
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": \
      {"url": "data:image/png;base64,aGVsbG8=", "detail": 1}}]}] \
      => messages[0].content[0].image_url.detail invalid_type
      messages = [{"role": "user", "content": [{"type": "file"}]}] \
      => messages[0].content[0].file missing_required_parameter
      messages = [{"role": "user", "content": [{"type": "file", "file": 1}]}] \
      => messages[0].content[0].file invalid_type
      messages = [{"role": "user", "content": [{"type": "file", "file": {}}]}] \
      => messages[0].content[0].file.file_data missing_required_parameter
      messages = [{"role": "user", "content": [{"type": "file", "file": {"file_id": "file-1"}}]}] \
      => messages[0].content[0].file.file_id unsupported_value
      messages = [{"role": "user", "content": [{"type": "file", "file": {"file_data": "?"}}]}] \
      => messages[0].content[0].file.file_data invalid_base64
      messages = [{"role": "user", "content": [{"type": "file", "file": {"file_data": "AAEC/w=="}}]}] \
      => messages[0].content[0].file.file_data invalid_file_format
      messages = [{"role": "user", "content": [{"type": "file", "file": {"file_data": "aGk=", "filename": \
      1}}]}] \
      => messages[0].content[0].file.filename invalid_type
      messages = [{"role": "assistant", "content": [{"type": "image_url"}]}, {"role": "user", "content": \
      "a"}] \
      => messages[0].content[0].type invalid_value
      messages = [{"role": "system", "content": [{"type": "file"}]}, {"role": "user", "content": "a"}] \
      => messages[0].content[0].type invalid_value
      messages = [{"role": "assistant", "refusal": 1}, {"role": "user", "content": "a"}] \
      => messages[0].refusal invalid_type
      messages = [{"role": "assistant", "content": [{"type": "refusal"}]}, {"role": "user", "content": "a"}] \
      => messages[0].content[0].refusal missing_required_parameter
      messages = [{"role": "assistant", "tool_calls": {}}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls invalid_type
      messages = [{"role": "assistant", "tool_calls": [1]}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls[0] invalid_type
      messages = [{"role": "assistant", "tool_calls": [{}]}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls[0].id missing_required_parameter
      messages = [{"role": "assistant", "tool_calls": [{"id": ""}]}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls[0].id empty_string
      messages = [{"role": "assistant", "tool_calls": [{"id": "c", "type": "custom"}]}, \
      {"role": "user", "content": "a"}] => messages[0].tool_calls[0].type invalid_value
      messages = [{"role": "assistant", "tool_calls": [{"id": "c"}]}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls[0].function missing_required_parameter
      messages = [{"role": "assistant", "tool_calls": [{"id": "c", "function": {}}]}, \
      {"role": "user", "content": "a"}] => messages[0].tool_calls[0].function.name missing_required_parameter
      messages = [{"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": \
      {}}}]}, \
      {"role": "user", "content": "a"}] => messages[0].tool_calls[0].function.arguments invalid_type
      messages = [{"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}, \
      {"id": "c", "function": {"name": "f"}}]}, {"role": "user", "content": "a"}] \
      => messages[0].tool_calls[1].id duplicate_value
      messages = [{"role": "assistant", "function_call": {}}, {"role": "user", "content": "a"}] \
      => messages[0].function_call.name missing_required_parameter
      messages = [{"role": "user", "content": "a"}, {"role": "tool", "content": "x"}] \
      => messages[1].tool_call_id missing_required_parameter
      messages = [{"role": "user", "content": "a"}, {"role": "tool", "tool_call_id": 1}] \
      => messages[1].tool_call_id invalid_type
      messages = [{"role": "user", "content": "a"}, {"role": "tool", "tool_call_id": "c", "content": 1}] \
      => messages[1].content invalid_type
      messages = [{"role": "tool", "tool_call_id": "c", "content": [{"type": "image_url"}]}] \
      => messages[0].content[0].type invalid_value
      messages = [{"role": "tool", "tool_call_id": "c"}, {"role": "tool", "tool_call_id": "c"}] \
      => messages[1].tool_call_id duplicate_value
      messages = [{"role": "tool", "tool_call_id": "$513"}] => messages[0].tool_call_id \
      string_above_max_length
      messages = [{"role": "user", "content": "a"}, {"role": "function", "content": "x"}] \
      => messages[1].name missing_required_parameter
      messages = [{"role": "user", "content": "a"}, {"role": "function", "name": "f", "content": "x"}] \
      => messages[1].role invalid_value
      """;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String[] row : TYPES) {
      for (int i = 1; i < row.length; i++) {
        for (String value : row[0].split("; ")) {
          cases.add(Arguments.of(withField(row[i], value), row[i], "invalid_type"));
        }
      }
    }
    VALUES.lines().forEach(line -> {
      String[] sides = line.split(" => ");
      String[] field = sides[0].split(" = ", 2);
      String[] expected = sides[1].split(" ");
      cases.add(Arguments.of(withField(field[0], filled(field[1])), expected[0], expected[1]));
    });
    return cases.stream();
  }

  @ParameterizedTest(name = "{1} {2}: {0}")
  @MethodSource("cases")
  void isRefused(String body, String param, String code) {
    WireError error = assertThrows(InvalidRequest.class, () -> parse(body)).error();
    assertEquals(param + " " + code, error.param().orElse("-") + " " + error.code(), error.message());
    assertEquals(400, error.status());
    assertEquals("invalid_request_error", error.type());
    assertFalse(error.message().contains("\n"), error.message());
    assertTrue(error.message().length() < 500, error.message());
    assertTrue(error.headers().isEmpty());
  }

  @Test
  void thereAreManyCases() {
    assertTrue(cases().count() >= 300, "only " + cases().count());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void isNoRequestAtAll(byte[] body, String code) {
    WireError error = assertThrows(InvalidRequest.class, () -> ChatRequestParser.parse(body)).error();
    assertEquals(code, error.code(), error.message());
    assertEquals(Optional.empty(), error.param());
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(utf8("invalid json"), "invalid_json"),
        Arguments.of(utf8(""), "invalid_json"),
        Arguments.of(utf8("   "), "invalid_json"),
        Arguments.of(utf8("{"), "invalid_json"),
        Arguments.of(utf8("{\"messages\":[]} x"), "invalid_json"),
        Arguments.of(utf8("{\"messages\":[],\"messages\":[]}"), "invalid_json"),
        Arguments.of(utf8("{\"a\":" + "[".repeat(300) + "]".repeat(300) + "}"), "invalid_json"),
        Arguments.of(new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'}, "invalid_json"),
        Arguments.of(utf8("[]"), "invalid_type"),
        Arguments.of(utf8("\"text\""), "invalid_type"),
        Arguments.of(utf8("null"), "invalid_type"));
  }

  @Test
  void tooManyMessages() {
    String message = "{\"role\":\"user\",\"content\":\"a\"},";
    String body = "{\"messages\":[" + message.repeat(MessagesParser.MESSAGES_MAX)
        + "{\"role\":\"user\",\"content\":\"a\"}]}";
    WireError error = assertThrows(InvalidRequest.class, () -> parse(body)).error();
    assertEquals("array_above_max_length", error.code());
  }

  @Test
  void tooManyImages() {
    String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/gif;base64,R0lGODlhAQ==\"}},";
    String body = "{\"messages\":[{\"role\":\"user\",\"content\":["
        + image.repeat(ContentParser.IMAGES_MAX + 1) + "{\"type\":\"text\",\"text\":\"a\"}]}]}";
    WireError error = assertThrows(InvalidRequest.class, () -> parse(body)).error();
    assertEquals("too_many_images", error.code());
    assertEquals(Optional.of("messages[0].content[" + ContentParser.IMAGES_MAX + "]"), error.param());
  }

  @Test
  void aMessageRepeatsOnlyTheStartOfAValueAndOnOneLine() {
    String message = assertThrows(InvalidRequest.class,
        () -> parse(withField("on_busy", "\"line\\none\\u2028two" + "x".repeat(5000) + "\""))).getMessage();
    assertTrue(message.length() < 250, message);
    assertFalse(message.contains("\n") || message.contains("\u2028"), message);
  }

  private static String[] types(String values, String... fields) {
    String[] row = new String[fields.length + 1];
    row[0] = values;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  /** A request that is right but for one field, which may be one level down. */
  private static String withField(String field, String value) {
    int dot = field.indexOf('.');
    Json.Obj request = Json.object("messages", List.of(Json.object("role", "user", "content", "hi")));
    Json given = JsonReader.parse(value);
    return (dot < 0
        ? request.with(field, given)
        : request.with(field.substring(0, dot), Json.object(field.substring(dot + 1), given))).toText();
  }

  /** {@code $N} is a text of that length. */
  private static String filled(String value) {
    return Pattern.compile("\"\\$(\\d+)\"").matcher(value)
        .replaceAll(found -> "\"" + "x".repeat(Integer.parseInt(found.group(1))) + "\"");
  }

  private static ParsedRequest parse(String body) {
    return ChatRequestParser.parse(utf8(body));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
