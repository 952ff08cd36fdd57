package claudegateway.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Lines as the CLI prints them in an agentic session: the shapes and the order of cli-protocol.md §1, texts made
 * of prose and program source. The same seed gives the same bytes.
 */
final class CliCorpus {
  private static final String[] WORDS = ("the of a to in is it that session gateway reads writes stream event line "
      + "delta because which process buffer token message answer first test returns value file folder “quoted” — "
      + "naïve résumé 日本語 😀 `code` **bold** don't I'll e.g. (see below), however:").split(" ");
  private static final String[] CODE = ("private final int long String return if (line.isEmpty()) { } else for while "
      + "new Session( = == != != && || -> .get( .put( ); ); ; 0 1 42 0x7F null true // TODO: /** */ @Override import "
      + "java.util.List; <div class= </div> def self.name = lambda x: export const async await Promise<void> => fn "
      + "let mut &str \\d+ ${HOME} [ ] , ,").split(" ");

  private final Random random;
  private final String session;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int messages;

  private CliCorpus(long seed) {
    this.random = new Random(seed);
    this.session = uuid();
  }

  /**
   * Whole turns, of at least so many bytes: thinking, two tool calls with their results, text, a result. Every
   * tenth prints a line of 400 kB.
   */
  static byte[] session(int size) {
    CliCorpus corpus = new CliCorpus(1);
    for (int i = 0; corpus.out.size() < size; i++) {
      corpus.turn(i % 10 == 9 ? 200_000 : 500 + corpus.random.nextInt(8_000));
    }
    return corpus.out.toByteArray();
  }

  static byte[] textDeltas(int size) {
    CliCorpus corpus = new CliCorpus(2);
    while (corpus.out.size() < size) {
      corpus.delta("text_delta", "text", corpus.prose(1 + corpus.random.nextInt(16)));
    }
    return corpus.out.toByteArray();
  }

  /** Each line has its text twice. */
  static byte[] toolResults(int size, int text) {
    CliCorpus corpus = new CliCorpus(3);
    while (corpus.out.size() < size) {
      corpus.toolResult(corpus.source(text), corpus.uuid());
    }
    return corpus.out.toByteArray();
  }

  private void turn(int resultSize) {
    init();
    String thinking = prose(120);
    String answer = prose(250);
    message(() -> {
      block("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}", 0);
      for (String part : parts(thinking)) {
        line("{\"type\":\"system\",\"subtype\":\"thinking_tokens\",\"estimated_tokens\":" + random.nextInt(900)
            + ",\"estimated_tokens_delta\":3,\"uuid\":\"" + uuid() + "\",\"session_id\":\"" + session + "\"}");
        delta("thinking_delta", "thinking", part);
      }
      delta("signature_delta", "signature", base64(400));
      assistant("{\"type\":\"thinking\",\"thinking\":" + quoted(thinking) + ",\"signature\":\"" + base64(400) + "\"}");
      event("{\"type\":\"content_block_stop\",\"index\":0}");
      toolCall("{\"command\":\"" + "sed -n 1,80p src/main/java/app/Main.java && rg -n 'x' | head -20" + "\"}");
    });
    toolResult(source(500 + random.nextInt(8_000)), "toolu_a" + messages);
    message(() -> toolCall(edit()));
    toolResult(source(resultSize), "toolu_b" + messages);
    message(() -> {
      block("{\"type\":\"text\",\"text\":\"\"}", 0);
      parts(answer).forEach(part -> delta("text_delta", "text", part));
      assistant("{\"type\":\"text\",\"text\":" + quoted(answer) + "}");
      event("{\"type\":\"content_block_stop\",\"index\":0}");
    });
    line("{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"api_error_status\":null,\"duration_ms\":"
        + random.nextInt(90_000) + ",\"duration_api_ms\":222,\"ttft_ms\":258,\"num_turns\":3,\"result\":" + quoted(answer)
        + ",\"stop_reason\":\"end_turn\",\"session_id\":\"" + session + "\",\"total_cost_usd\":0.1234567,\"usage\":"
        + usage() + ",\"modelUsage\":{\"claude-opus-4-8\":{\"inputTokens\":100,\"outputTokens\":20,"
        + "\"cacheReadInputTokens\":0,\"cacheCreationInputTokens\":0,\"webSearchRequests\":0,\"costUSD\":0.001,"
        + "\"contextWindow\":200000}},\"permission_denials\":[],\"terminal_reason\":\"completed\","
        + "\"fast_mode_state\":\"off\",\"uuid\":\"" + uuid() + "\"}");
  }

  private void init() {
    line("{\"type\":\"system\",\"subtype\":\"init\",\"cwd\":\"/home/user/project\",\"session_id\":\"" + session
        + "\",\"tools\":[\"Task\",\"Bash\",\"Glob\",\"Grep\",\"ExitPlanMode\",\"Read\",\"Edit\",\"Write\","
        + "\"NotebookEdit\",\"WebFetch\",\"TodoWrite\",\"WebSearch\",\"KillShell\",\"Skill\",\"SlashCommand\"],"
        + "\"mcp_servers\":[],\"model\":\"claude-opus-4-8[1m]\",\"permissionMode\":\"default\",\"slash_commands\":"
        + "[\"compact\",\"context\",\"cost\",\"init\",\"review\",\"security-review\"],\"apiKeySource\":"
        + "\"ANTHROPIC_API_KEY\",\"claude_code_version\":\"2.1.197\",\"output_style\":\"default\",\"agents\":"
        + "[\"general-purpose\",\"Explore\",\"Plan\"],\"skills\":[],\"plugins\":[],\"analytics_disabled\":true,"
        + "\"product_feedback_disabled\":true,\"uuid\":\"" + uuid()
        + "\",\"memory_paths\":{\"auto\":\"/home/user/.claude/projects/p/memory/\"},\"fast_mode_state\":\"off\"}");
  }

  private void message(Runnable blocks) {
    messages++;
    line("{\"type\":\"system\",\"subtype\":\"status\",\"status\":\"requesting\",\"uuid\":\"" + uuid()
        + "\",\"session_id\":\"" + session + "\"}");
    event("{\"type\":\"message_start\",\"message\":{\"id\":\"msg_" + messages + "\",\"type\":\"message\",\"role\":"
        + "\"assistant\",\"model\":\"claude-opus-4-8\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
        + "\"usage\":" + usage() + "}}");
    blocks.run();
    event("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":"
        + usage() + "}");
    event("{\"type\":\"message_stop\"}");
  }

  private void toolCall(String input) {
    block("{\"type\":\"tool_use\",\"id\":\"toolu_" + messages + "\",\"name\":\"Bash\",\"input\":{}}", 1);
    for (int i = 0; i < input.length(); i += 12) {
      delta("input_json_delta", "partial_json", input.substring(i, Math.min(i + 12, input.length())));
    }
    assistant("{\"type\":\"tool_use\",\"id\":\"toolu_" + messages + "\",\"name\":\"Bash\",\"input\":" + input + "}");
    event("{\"type\":\"content_block_stop\",\"index\":1}");
  }

  private String edit() {
    return "{\"file_path\":\"/home/user/project/a.ts\",\"old_string\":" + quoted(source(200)) + ",\"new_string\":"
        + quoted(source(300)) + ",\"replace_all\":false}";
  }

  private void toolResult(String text, String id) {
    line("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"" + id
        + "\",\"type\":\"tool_result\",\"content\":" + quoted(text) + ",\"is_error\":false}]},\"parent_tool_use_id\":"
        + "null,\"session_id\":\"" + session + "\",\"uuid\":\"" + uuid() + "\",\"timestamp\":"
        + "\"2026-01-01T00:00:00.000Z\",\"tool_use_result\":{\"stdout\":" + quoted(text) + ",\"stderr\":\"\","
        + "\"interrupted\":false,\"isImage\":false}}");
  }

  private void block(String contentBlock, int index) {
    event("{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + contentBlock + "}");
  }

  private void delta(String type, String field, String text) {
    event("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"" + type + "\",\"" + field + "\":"
        + quoted(text) + "}}");
  }

  private void assistant(String block) {
    line("{\"type\":\"assistant\",\"message\":{\"id\":\"msg_" + messages + "\",\"type\":\"message\",\"role\":"
        + "\"assistant\",\"model\":\"claude-opus-4-8\",\"content\":[" + block + "],\"stop_reason\":null,"
        + "\"stop_sequence\":null,\"usage\":" + usage() + ",\"context_management\":null},\"parent_tool_use_id\":null,"
        + "\"session_id\":\"" + session + "\",\"uuid\":\"" + uuid() + "\",\"request_id\":\"req_" + messages + "\"}");
  }

  private void event(String event) {
    line("{\"type\":\"stream_event\",\"event\":" + event + ",\"session_id\":\"" + session
        + "\",\"parent_tool_use_id\":null,\"uuid\":\"" + uuid() + "\"}");
  }

  private String usage() {
    return "{\"input_tokens\":" + random.nextInt(100_000) + ",\"cache_creation_input_tokens\":0,"
        + "\"cache_read_input_tokens\":" + random.nextInt(100_000) + ",\"output_tokens\":" + random.nextInt(999) + "}";
  }

  private void line(String json) {
    out.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  private String prose(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(25) == 0 ? "\n\n" : " ");
    }
    return text.toString();
  }

  /** Lines of about 35 characters, each fourth with a quoted string. */
  private String source(int size) {
    StringBuilder text = new StringBuilder();
    while (text.length() < size) {
      text.repeat(random.nextInt(20) == 0 ? '\t' : ' ', 2 * random.nextInt(5));
      for (int i = random.nextInt(10); i > 0; i--) {
        text.append(CODE[random.nextInt(CODE.length)]).append(' ');
      }
      text.append(random.nextInt(4) == 0 ? "\"" + WORDS[random.nextInt(WORDS.length)] + "\");" : "").append('\n');
    }
    return text.toString();
  }

  /** A text as the API streams it: a few words at a time. */
  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int to = text.offsetByCodePoints(from, Math.min(4 + random.nextInt(30), text.codePointCount(from, text.length())));
      parts.add(text.substring(from, to));
      from = to;
    }
    return parts;
  }

  private String base64(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charAt(random.nextInt(64)));
    }
    return text.toString();
  }

  private String uuid() {
    return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static String quoted(String text) {
    return new String(JsonWriter.literal(text), StandardCharsets.UTF_8);
  }
}
