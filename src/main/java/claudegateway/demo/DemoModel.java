package claudegateway.demo;

import claudegateway.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code --demo} talks to: says what it is, what was asked and how much of the conversation it sees, at
 * a human pace, and really calls a tool when that is what was asked for.
 *
 * <p>Tools, in this order: {@code StructuredOutput} where it is offered; what {@code tool_choice} forces; a
 * client's function that the prompt names; Claude Code's own for listing files. Results are reported, never
 * followed by another call.
 */
public final class DemoModel implements Model {
  /** About 33 words a second. */
  private static final Duration WORD = Duration.ofMillis(30);

  private static final String STRUCTURED = "StructuredOutput";
  private static final int QUOTE_MAX = 300;
  private static final int RESULT_MAX = 2_000;
  private static final Pattern LIST_FILES = Pattern.compile(
      "\\b(list|show|which|what)\\b.{0,40}\\b(files?|folders?|director(y|ies))\\b|(^|\\s)ls(\\s|$)",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern THINK = Pattern.compile("\\b(think|reason|ponder)", Pattern.CASE_INSENSITIVE);

  private final Duration word;

  public DemoModel() {
    this(WORD);
  }

  /** @param word the time between two words */
  DemoModel(Duration word) {
    this.word = word;
  }

  @Override
  public Reply answer(Received request) {
    Conversation conversation = request.conversation();
    String prompt = conversation.lastPrompt().map(Conversation.Said::lastText).orElse("");
    List<Step> steps = new ArrayList<>();
    if (thinks(request) && THINK.matcher(prompt).find() && conversation.toolResults().isEmpty()) {
      steps.addAll(thoughts(prompt));
    }
    Optional<Step.ToolUse> call = call(request, conversation, prompt);
    if (call.isPresent()) {
      String name = ClientTools.bareName(call.get().name());
      if (!name.equals(STRUCTURED) && !ClientTools.forced(request)) {
        steps.addAll(Step.words("Let me call " + name + ".", word));
      }
      steps.add(call.get());
    } else if (!conversation.toolResults().isEmpty()) {
      steps.addAll(Step.words(report(conversation), word));
    } else {
      steps.addAll(Step.words(introduction(conversation, prompt), word));
    }
    return Reply.Script.of(steps);
  }

  private Optional<Step.ToolUse> call(Received request, Conversation conversation, String prompt) {
    List<String> called = conversation.toolResults().isEmpty() ? List.of() : conversation.lastCalls();
    Optional<Json.Obj> structured = ClientTools.named(request, STRUCTURED);
    if (structured.isPresent()) {
      return called.contains(STRUCTURED) ? Optional.empty() : structured.map(tool -> use(tool, prompt));
    }
    if (!called.isEmpty() || ClientTools.forbidden(request)) {
      return Optional.empty();
    }
    return ClientTools.choose(request, prompt).map(tool -> use(tool, prompt))
        .or(() -> LIST_FILES.matcher(prompt).find() ? listFiles(request) : Optional.empty());
  }

  private Step.ToolUse use(Json.Obj tool, String prompt) {
    Json value = SampleValue.of(tool.object("input_schema").orElse(Json.Obj.EMPTY), prompt);
    return new Step.ToolUse("", tool.string("name").orElseThrow(),
        value instanceof Json.Obj object ? object : Json.Obj.EMPTY, Step.ToolUse.FRAGMENT, word);
  }

  private Optional<Step.ToolUse> listFiles(Received request) {
    List<String> tools = request.toolNames();
    if (tools.contains("Bash")) {
      return Optional.of(new Step.ToolUse("Bash", Json.object("command", "ls", "description", "List files")));
    }
    return tools.contains("Glob")
        ? Optional.of(new Step.ToolUse("Glob", Json.object("pattern", "*"))) : Optional.empty();
  }

  private static boolean thinks(Received request) {
    return request.body().object("thinking").flatMap(thinking -> thinking.string("type"))
        .filter(type -> !type.equals("disabled")).isPresent();
  }

  private List<Step> thoughts(String prompt) {
    List<Step> steps = new ArrayList<>();
    String thinking = "I am asked " + quote(prompt) + ". A real model would now weigh what it knows. The "
        + "demo model only shows how its thinking arrives, before the answer and apart from it.";
    for (Step step : Step.words(thinking, word)) {
      steps.add(step instanceof Step.Text(String thought) ? new Step.Thinking(thought) : step);
    }
    return steps;
  }

  private static String introduction(Conversation conversation, String prompt) {
    int earlier = earlier(conversation);
    String seen = switch (earlier) {
      case 0 -> "This is the first message of our conversation; I can see no earlier ones.";
      case 1 -> "I can see 1 earlier message in this conversation.";
      default -> "I can see " + earlier + " earlier messages in this conversation.";
    };
    long attached = conversation.lastPrompt().stream().flatMap(said -> said.blocks().stream())
        .filter(block -> Conversation.isType(block, "image") || Conversation.isType(block, "document"))
        .count();
    return (earlier > 0 ? "The demo model again. " : "I am the demo model: a stand-in for Claude inside the "
        + "gateway, so no account is needed and nothing leaves this machine. The gateway, the Claude Code "
        + "CLI and its tools are real.\n\n")
        + "You asked: " + quote(prompt) + "\n\n" + seen
        + (attached > 0 ? " Images and files that came with it: " + attached + "." : "")
        + (earlier > 0 ? "" : "\n\nAsk me to list files, and I call a real tool in the project's folder. "
            + "Start without --demo to talk to Claude itself.");
  }

  /** Messages before the last, as a person counts them: what tools were asked and said is part of one. */
  private static int earlier(Conversation conversation) {
    int count = 0;
    String last = "";
    for (Conversation.Said said : conversation.messages()) {
      boolean spoken = said.role().equals("assistant") || !said.text().isBlank();
      if (spoken && !said.role().equals(last)) {
        count++;
        last = said.role();
      }
    }
    return Math.max(0, count - 1);
  }

  private static String report(Conversation conversation) {
    return conversation.toolResults().stream().map(result -> {
      String text = Conversation.text(result).strip();
      String shown = text.length() > RESULT_MAX ? text.substring(0, RESULT_MAX) + " …" : text;
      String name = ClientTools.bareName(conversation.calledBy(result.string("tool_use_id").orElse("")));
      return name + (result.isTrue("is_error") ? " failed:" : " answered:") + "\n\n```\n"
          + (shown.isEmpty() ? "(nothing)" : shown) + "\n```";
    }).collect(Collectors.joining("\n\n")) + "\n";
  }

  private static String quote(String prompt) {
    String line = prompt.strip();
    return "“" + (line.length() > QUOTE_MAX ? line.substring(0, QUOTE_MAX) + " …" : line) + "”";
  }
}
