package claudegateway.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Lines as the CLI prints them in an agentic session, in their order and proportions; the texts are made of
 * prose and program source. The same seed gives the same bytes.
 */
final class CliCorpus {
  private static final String[] WORDS = """
      the of a to in is it that session gateway reads writes stream event line delta because which process
      buffer token message answer first test returns value file folder “quoted” — naïve résumé 日本語 😀
      `code` **bold** don't I'll e.g. (see below), however:""".split("\\s+");
  private static final String[] CODE = """
      private final int long String return if (line.isEmpty()) { } else for while new Session( = == != != &&
      || -> .get( .put( ); ); ; 0 1 42 0x7F null true // /** */ @Override import java.util.List; <div class=
      </div> def self.name = lambda x: export const async await Promise<void> => fn let mut &str \\d+ ${HOME}
      [ ] , ,""".split("\\s+");
  private static final String BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int LONG_RESULT = 200_000;

  private final Random random;
  private final String session;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int messages;

  private CliCorpus(long seed) {
    this.random = new Random(seed);
    this.session = uuid();
  }

  /**
   * Whole turns, of at least so many bytes: thinking, two tool calls with their results, text, a result.
   * Every tenth prints a line of 400 kB.
   */
  static byte[] session(int size) {
    CliCorpus corpus = new CliCorpus(1);
    for (int i = 0; corpus.out.size() < size; i++) {
      corpus.turn(i % 10 == 9 ? LONG_RESULT : 500 + corpus.random.nextInt(8_000));
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
      corpus.toolResult(corpus.source(text));
    }
    return corpus.out.toByteArray();
  }

  private void turn(int resultSize) {
    init();
    String thinking = prose(120);
    beginMessage();
    beginBlock("{'type':'thinking','thinking':'','signature':''}");
    for (String part : parts(thinking)) {
      line("{'type':'system','subtype':'thinking_tokens','estimated_tokens':%s,'estimated_tokens_delta':3,"
          + "'uuid':'%s','session_id':'%s'}", random.nextInt(900), uuid(), session);
      delta("thinking_delta", "thinking", part);
    }
    String signature = base64(400);
    delta("signature_delta", "signature", signature);
    endBlock("{'type':'thinking','thinking':%s,'signature':%s}", quoted(thinking), quoted(signature));
    toolCall("Bash", json("{'command':'sed -n 1,80p src/main/java/app/Main.java && rg -n x | head -20'}"));
    endMessage();
    toolResult(source(500 + random.nextInt(8_000)));
    beginMessage();
    toolCall("Edit", json(
        "{'file_path':'/home/user/a.ts','old_string':%s,'new_string':%s,'replace_all':false}",
        quoted(source(200)), quoted(source(300))));
    endMessage();
    toolResult(source(resultSize));
    String answer = prose(250);
    beginMessage();
    beginBlock("{'type':'text','text':''}");
    parts(answer).forEach(part -> delta("text_delta", "text", part));
    endBlock("{'type':'text','text':%s}", quoted(answer));
    endMessage();
    result(answer);
  }

  private void init() {
    line("{'type':'system','subtype':'init','cwd':'/home/user/project','session_id':'%s','tools':['Task',"
        + "'Bash','Glob','Grep','ExitPlanMode','Read','Edit','Write','NotebookEdit','WebFetch','TodoWrite',"
        + "'WebSearch','KillShell','Skill','SlashCommand'],'mcp_servers':[],'model':'claude-opus-4-8[1m]',"
        + "'permissionMode':'default','slash_commands':['compact','context','cost','init','review'],"
        + "'apiKeySource':'ANTHROPIC_API_KEY','claude_code_version':'2.1.197','output_style':'default',"
        + "'agents':['general-purpose','Explore','Plan'],'skills':[],'plugins':[],'analytics_disabled':true,"
        + "'product_feedback_disabled':true,'uuid':'%s','memory_paths':{'auto':'/home/user/memory/'},"
        + "'fast_mode_state':'off'}", session, uuid());
  }

  private void beginMessage() {
    messages++;
    line("{'type':'system','subtype':'status','status':'requesting','uuid':'%s','session_id':'%s'}",
        uuid(), session);
    event("{'type':'message_start','message':{'id':'msg_%s','type':'message','role':'assistant','model':"
        + "'claude-opus-4-8','content':[],'stop_reason':null,'stop_sequence':null,'usage':%s}}",
        messages, usage());
  }

  private void endMessage() {
    event("{'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},"
        + "'usage':%s}", usage());
    event("{'type':'message_stop'}");
  }

  private void beginBlock(String block) {
    event("{'type':'content_block_start','index':0,'content_block':" + block + "}");
  }

  private void delta(String type, String field, String text) {
    event("{'type':'content_block_delta','index':0,'delta':{'type':'%s','%s':%s}}",
        type, field, quoted(text));
  }

  private void endBlock(String block, Object... values) {
    line("{'type':'assistant','message':{'id':'msg_%s','type':'message','role':'assistant','model':"
        + "'claude-opus-4-8','content':[%s],'stop_reason':null,'stop_sequence':null,'usage':%s,"
        + "'context_management':null},'parent_tool_use_id':null,'session_id':'%s','uuid':'%s','request_id':"
        + "'req_%s'}", messages, json(block, values), usage(), session, uuid(), messages);
    event("{'type':'content_block_stop','index':0}");
  }

  private void toolCall(String name, String input) {
    beginBlock("{'type':'tool_use','id':'toolu_" + messages + "','name':'" + name + "','input':{}}");
    for (int i = 0; i < input.length(); i += 12) {
      delta("input_json_delta", "partial_json", input.substring(i, Math.min(i + 12, input.length())));
    }
    endBlock("{'type':'tool_use','id':'toolu_%s','name':'%s','input':%s}", messages, name, input);
  }

  private void toolResult(String text) {
    String literal = quoted(text);
    line("{'type':'user','message':{'role':'user','content':[{'tool_use_id':'toolu_%s','type':'tool_result',"
        + "'content':%s,'is_error':false}]},'parent_tool_use_id':null,'session_id':'%s','uuid':'%s',"
        + "'timestamp':'2026-01-01T00:00:00.000Z','tool_use_result':{'stdout':%s,'stderr':'',"
        + "'interrupted':false,'isImage':false}}", messages, literal, session, uuid(), literal);
  }

  private void result(String answer) {
    line("{'type':'result','subtype':'success','is_error':false,'api_error_status':null,'duration_ms':%s,"
        + "'duration_api_ms':222,'ttft_ms':258,'num_turns':3,'result':%s,'stop_reason':'end_turn',"
        + "'session_id':'%s','total_cost_usd':0.1234567,'usage':%s,'modelUsage':{'claude-opus-4-8':{"
        + "'inputTokens':100,'outputTokens':20,'cacheReadInputTokens':0,'cacheCreationInputTokens':0,"
        + "'webSearchRequests':0,'costUSD':0.001,'contextWindow':200000}},"
        + "'permission_denials':[],'terminal_reason':'completed',"
        + "'fast_mode_state':'off','uuid':'%s'}",
        random.nextInt(90_000), quoted(answer), session, usage(), uuid());
  }

  private void event(String event, Object... values) {
    line("{'type':'stream_event','event':%s,'session_id':'%s','parent_tool_use_id':null,'uuid':'%s'}",
        json(event, values), session, uuid());
  }

  private String usage() {
    return json("{'input_tokens':%s,'cache_creation_input_tokens':0,'cache_read_input_tokens':%s,"
        + "'output_tokens':%s}", random.nextInt(100_000), random.nextInt(100_000), random.nextInt(999));
  }

  private void line(String template, Object... values) {
    out.writeBytes(json(template, values).getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /** The template's single quotes are JSON's. */
  private static String json(String template, Object... values) {
    return template.replace('\'', '"').formatted(values);
  }

  private String prose(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(oneOf(WORDS)).append(random.nextInt(25) == 0 ? "\n\n" : " ");
    }
    return text.toString();
  }

  /** Lines of about 35 characters, each fourth with a quoted string. */
  private String source(int size) {
    StringBuilder text = new StringBuilder();
    while (text.length() < size) {
      text.repeat(random.nextInt(20) == 0 ? '\t' : ' ', 2 * random.nextInt(5));
      for (int i = random.nextInt(10); i > 0; i--) {
        text.append(oneOf(CODE)).append(' ');
      }
      text.append(random.nextInt(4) == 0 ? "\"" + oneOf(WORDS) + "\");" : "").append('\n');
    }
    return text.toString();
  }

  private String oneOf(String[] texts) {
    return texts[random.nextInt(texts.length)];
  }

  /** A text as the API streams it: a few words at a time. */
  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int[] points = text.codePoints().toArray();
    for (int from = 0; from < points.length; ) {
      int count = Math.min(4 + random.nextInt(30), points.length - from);
      parts.add(new String(points, from, count));
      from += count;
    }
    return parts;
  }

  private String base64(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(BASE_64.charAt(random.nextInt(BASE_64.length())));
    }
    return text.toString();
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static String quoted(String text) {
    return new String(JsonWriter.literal(text), StandardCharsets.UTF_8);
  }
}
