package claudegateway.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Says what the prompt tells it to, for tests.
 *
 * <p>Each line of the user's last text that begins with {@code #} is a directive; they are carried out in
 * order, and their effects add up to one answer. A line {@code #then} ends an answer: what follows it is the
 * answer to the results of the tools that the part before it called. A prompt without a directive is answered
 * by {@code You said: …}, tool results for which nothing was scripted by {@code Tool results: …}.
 *
 * <pre>
 * #tokens N [ms]            N words w0 w1 …, ms apart
 * #say TEXT                 word by word; a JSON string literal may hold line ends
 * #big BYTES                that many bytes of text
 * #echo                     the conversation that was received, as a JSON array of lines
 * #think N [ms] | TEXT      thinking
 * #block                    ends the block that is open
 * #pause MS                 #head MS: before the response head
 * #bash COMMAND             #write PATH TEXT, #read PATH: calls of Claude Code's tools
 * #call [id=ID] [fragment=CHARS] [ms=MS] NAME {json}    a call of any tool, of a client's by its bare name
 * #json VALUE               StructuredOutput with that value; as text where that tool is not offered
 * #stop REASON              #refuse [TEXT]: stop_reason refusal
 * #usage IN CREATED READ OUT [THINKING]    #model NAME: what the answer reports
 * #error STATUS [retry-after=S] [any-header=V] [times=N] [MESSAGE]
 * #drop [N] [times=K]       the connection breaks after N tokens
 * #overloaded [N] [times=K] an error event ends the stream after N tokens
 * #hang [N]                 silence after N tokens; without N not even a response head
 * </pre>
 *
 * <p>With {@code times}, the fault happens to the first K requests with the same messages only.
 */
public final class ScriptedModel implements Model {
  /** Different requests whose repetitions are counted. */
  private static final int COUNTED_MAX = 1_000;

  /** What the CLI says by itself in the user's name, to make the model go on. */
  private static final List<String> CONTINUATIONS =
      List.of("Output token limit hit", "Your response above was stopped");

  private final Queue<Reply> queued = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> asked = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > COUNTED_MAX;
    }
  };

  /** This reply goes to the next request, before any directive is looked at. */
  public ScriptedModel next(Reply reply) {
    queued.add(reply);
    return this;
  }

  @Override
  public Reply answer(Received request) {
    Reply scripted = queued.poll();
    if (scripted != null) {
      return scripted;
    }
    Conversation conversation = request.conversation();
    List<Conversation.Said> said = conversation.messages();
    int prompt = promptAt(said);
    if (prompt < 0) {
      return Reply.Script.say("Nothing was said.");
    }
    long round = said.subList(prompt + 1, said.size()).stream()
        .filter(message -> !message.blocks("tool_result").isEmpty()).count();
    List<Directive> directives = part(said.get(prompt).lastText(), round);
    if (directives.isEmpty()) {
      return Reply.Script.of(Step.words(round == 0
          ? "You said: " + said.get(prompt).lastText()
          : "Tool results: " + results(conversation), Duration.ZERO));
    }
    try {
      return new Stage(request, () -> count(request)).perform(directives);
    } catch (IllegalArgumentException wrong) {
      return Reply.ApiError.invalid("a directive that cannot be: " + wrong.getMessage());
    }
  }

  private static String results(Conversation conversation) {
    return conversation.toolResults().stream().map(Conversation::text).collect(Collectors.joining(" | "));
  }

  /** The last user message that says something of its own; -1 when there is none. */
  private static int promptAt(List<Conversation.Said> said) {
    for (int i = said.size() - 1; i >= 0; i--) {
      String text = said.get(i).lastText();
      if (said.get(i).role().equals("user") && !text.isBlank()
          && CONTINUATIONS.stream().noneMatch(text::startsWith)) {
        return i;
      }
    }
    return -1;
  }

  /** The directives for one round of the answer. */
  private static List<Directive> part(String text, long round) {
    List<Directive> part = new ArrayList<>();
    long at = 0;
    for (String line : text.split("\n")) {
      Optional<Directive> directive = Directive.parse(line);
      if (directive.isPresent() && directive.get().name().equals("then")) {
        at++;
      } else if (at == round) {
        directive.ifPresent(part::add);
      }
    }
    return part;
  }

  /** How often a request with these messages has been made, this one included. */
  private int count(Received request) {
    String key = request.conversation().lines().toString();
    lock.lock();
    try {
      return asked.merge(key, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }
}
