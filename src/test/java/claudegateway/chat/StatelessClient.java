package claudegateway.chat;

import claudegateway.chat.ChatRequest.OnDisconnect;
import claudegateway.chat.Message.Role;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A client without session ids: it has its conversation by itself and sends all of it each time. It does what
 * users do (go on, ask again, edit, branch, try two ways at once, leave) by dice, and compares what the model was
 * given with what it sent.
 */
final class StatelessClient implements RandomClient {
  private static final int CUT_TOKENS = 300;
  private static final String SLOW = "#pause 40\n";
  private static final List<String> SYSTEMS = List.of("Be brief.", "Be kind.", "Be \"exact\".");

  /** One message as the client remembers it, and what the model may have been given for it. */
  private record Remembered(Message message, Expected expected) {}

  private final Random random;
  private final ModelRecord record;
  private final boolean fake;
  private final String owner;
  private List<Remembered> memory = new ArrayList<>();
  private String system = SYSTEMS.getFirst();
  private boolean tools;
  private String lastSession = "";
  private int turns;
  private int continued;
  private int wentOn;
  private long counter;

  /** @param fake the CLI understands what only the fake one does */
  StatelessClient(Random random, ModelRecord record, boolean fake, String owner) {
    this.random = random;
    this.record = record;
    this.fake = fake;
    this.owner = owner;
  }

  @Override
  public int turns() {
    return turns;
  }

  /** Continuations of an answer that the client had whole. */
  int wentOn() {
    return wentOn;
  }

  /** How many of them went on in the same session. */
  int continued() {
    return continued;
  }

  String owner() {
    return owner;
  }

  @Override
  public void act(Engine engine) throws InterruptedException {
    if (random.nextInt(12) == 0) {
      system = SYSTEMS.get(random.nextInt(SYSTEMS.size()));
    }
    int dice = random.nextInt(100);
    if (memory.isEmpty() || memory.size() > 24 || dice < 4) {
      begin();
      ask(engine, words());
    } else if (dice < 8) {
      branchOut(engine);
    } else if (dice < 50) {
      boolean whole = memory.getLast().message.role() == Role.ASSISTANT
          && memory.getLast().expected instanceof Expected.Exactly;
      String before = lastSession;
      ask(engine, words());
      if (whole && !before.isEmpty()) {
        wentOn++;
        continued += before.equals(lastSession) ? 1 : 0;
      }
    } else if (dice < 58) {
      regenerate(engine);
    } else if (dice < 66) {
      edit(engine);
    } else if (dice < 72) {
      rewriteAnAnswer();
      ask(engine, words());
    } else if (dice < 84) {
      leave(engine);
    } else if (dice < 91) {
      fail(engine);
    } else {
      callTools(engine);
    }
  }

  /** A new conversation, now and then one that began somewhere else. */
  private void begin() {
    memory = new ArrayList<>();
    lastSession = "";
    if (random.nextInt(3) == 0) {
      int messages = 1 + random.nextInt(8);
      for (int i = 0; i < messages; i++) {
        boolean user = random.nextInt(4) > 0 ? i % 2 == 0 : random.nextBoolean();
        String text = (user ? "told " : "answered ") + random.nextInt(3);
        memory.add(user ? user(text) : new Remembered(Message.assistant(text), exactly("assistant: " + text)));
      }
    }
  }

  private String words() {
    int dice = random.nextInt(10);
    if (fake && dice < 3) {
      // Often the same words, never the same answer; some are answered late.
      return (dice == 0 ? SLOW : "") + "#timestamp 1\nq" + random.nextInt(3);
    }
    return switch (dice) {
      case 3, 4 -> "only once " + owner + " " + System.identityHashCode(this) + " " + counter++;
      case 5 -> "/cost " + random.nextInt(2);
      case 6 -> "lines\nand \"quotes\" \u2028 \\ \uD83D\uDE00 " + random.nextInt(2);
      default -> "plain " + random.nextInt(4);
    };
  }

  private static Remembered user(String text) {
    return new Remembered(Message.user(text), exactly("user: " + text));
  }

  private static Expected exactly(String... lines) {
    return new Expected.Exactly(List.of(lines));
  }

  /** Says something and reads the whole answer. */
  private void ask(Engine engine, String text) {
    memory.add(user(text));
    answered(engine);
  }

  private void answered(Engine engine) {
    finish(start(engine, OnDisconnect.DEFAULT));
  }

  private void finish(Turn turn) {
    Engine.Said said = Engine.read(turn);
    if (!(said.last() instanceof TurnEvent.Finished)) {
      throw new AssertionError("no answer to " + memory.getLast() + ": " + said);
    }
    check(turn);
    memory.add(new Remembered(Message.assistant(said.text()), exactly("assistant: " + said.text())));
  }

  /** Two messages after the same history at once; the user goes on with one of the two answers. */
  private void branchOut(Engine engine) {
    List<Remembered> before = memory;
    List<List<Remembered>> branches = new ArrayList<>();
    List<Turn> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      memory = new ArrayList<>(before);
      memory.add(user(words()));
      branches.add(memory);
      running.add(start(engine, OnDisconnect.DEFAULT));
    }
    int chosen = random.nextInt(2);
    for (int i : List.of(1 - chosen, chosen)) {
      memory = branches.get(i);
      lastSession = running.get(i).sessionId();
      finish(running.get(i));
    }
  }

  private Turn start(Engine engine, OnDisconnect policy) {
    turns++;
    ChatRequest plain = Engine.request(Optional.empty(), memory.stream().map(Remembered::message).toList(), system);
    ChatRequest.Tools offered = !tools ? ChatRequest.Tools.NONE : new ChatRequest.Tools(
        List.of(new ChatRequest.Function("f", "does f", Json.object("type", "object")),
            new ChatRequest.Function("g", "does g", Json.object("type", "object"))),
        new ChatRequest.Choice.Auto(), true, true);
    Turn turn = engine.chat().conversations().start(new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(),
        plain.system(), plain.messages(), plain.options(), offered, plain.format(), plain.onBusy(), policy,
            plain.onOtherWriter()),
        new Caller(owner));
    lastSession = turn.sessionId();
    return turn;
  }

  /** While the turn runs or after it: no other one of this session can have begun. */
  private void check(Turn turn) {
    Expected last = memory.getLast().expected;
    String lastLine = last instanceof Expected.Exactly(List<String> lines) ? lines.getLast() : "";
    ModelRecord.Request received = record.last(turn.sessionId(), lastLine);
    Expected.check(memory.stream().map(Remembered::expected).toList(), received.lines());
    if (!received.system().contains(system)) {
      throw new AssertionError("the system prompt was " + received.system() + " instead of " + system);
    }
  }

  /** The last answer again. */
  private void regenerate(Engine engine) {
    while (memory.getLast().message.role() != Role.USER && memory.size() > 1) {
      memory.removeLast();
    }
    if (memory.getLast().message.role() != Role.USER || !isPlain(memory.getLast().message.text())) {
      memory.add(user(words()));
    }
    answered(engine);
  }

  private static boolean isPlain(String text) {
    return !text.startsWith("#") || text.startsWith("#timestamp") || text.startsWith(SLOW);
  }

  /** An earlier message in other words; what came after it is gone. Or only that: a branch. */
  private void edit(Engine engine) {
    List<Integer> users = IntStream.range(0, memory.size())
        .filter(i -> memory.get(i).message.role() == Role.USER).boxed().toList();
    int at = users.isEmpty() ? 0 : users.get(random.nextInt(users.size()));
    memory = new ArrayList<>(memory.subList(0, at));
    ask(engine, words());
  }

  /** The client's user changes what the model said: from there on it is another conversation. */
  private void rewriteAnAnswer() {
    for (int i = 0; i < memory.size(); i++) {
      if (memory.get(i).message.role() == Role.ASSISTANT && memory.get(i).message.calls().isEmpty()
          && memory.get(i).expected instanceof Expected.Exactly && random.nextBoolean()) {
        String text = "rewritten " + random.nextInt(3);
        memory.set(i, new Remembered(Message.assistant(text), exactly("assistant: " + text)));
        return;
      }
    }
  }

  /** Reads some of the answer and goes away. */
  private void leave(Engine engine) throws InterruptedException {
    boolean toTheEnd = random.nextInt(3) == 0;
    int tokens = toTheEnd ? 40 : CUT_TOKENS;
    memory.add(user("#tokens " + tokens + " 2\nc" + random.nextInt(3)));
    Turn turn = start(engine, toTheEnd ? OnDisconnect.CONTINUE : OnDisconnect.DEFAULT);
    String whole = IntStream.range(0, tokens).mapToObj(i -> "w" + i + " ").collect(Collectors.joining());
    int wanted = random.nextInt(6);
    StringBuilder got = new StringBuilder();
    try (Cursor cursor = turn.cursor(0)) {
      // At least until the model was asked.
      while (true) {
        TurnEvent event = cursor.next(java.time.Duration.ofSeconds(20)).orElseThrow().event();
        if (event instanceof TurnEvent.Text(var json)) {
          got.append(json.decode());
        }
        if (event.isLast() || (event instanceof TurnEvent.Started && wanted == 0)
            || got.toString().split(" ").length > wanted) {
          break;
        }
      }
      check(turn);
    }
    String kept = random.nextInt(4) == 0 ? "" : got.toString();
    memory.add(new Remembered(Message.assistant(kept), new Expected.Cut(kept, whole)));
  }

  /** Something breaks; the user asks again, or goes on with or without a note in the answer's place. */
  private void fail(Engine engine) {
    String text = switch (random.nextInt(fake ? 4 : 1)) {
      case 0 -> "#error 529 overloaded";
      case 1 -> "#exit-now";
      case 2 -> "#tokens 3\n#die";
      default -> "#die";
    } + "\nf" + random.nextInt(3);
    memory.add(user(text));
    Engine.Said said = Engine.read(start(engine, OnDisconnect.DEFAULT));
    if (said.failure().isEmpty()) {
      throw new AssertionError("no failure after " + text + ": " + said);
    }
    // The stub would carry out the directives of a message without an answer once more.
    switch (fake ? random.nextInt(3) : 0) {
      case 0 -> memory.removeLast();
      case 1 -> { }
      default -> {
        String note = random.nextBoolean() ? "" : "(an error happened)";
        memory.add(new Remembered(Message.assistant(note), new Expected.Failed(note, "w0 w1 w2 ")));
      }
    }
  }

  /** The model calls two functions of the client's, which answers in any order. */
  private void callTools(Engine engine) {
    tools = true;
    String id = "toolu_" + owner + Integer.toHexString(System.identityHashCode(this)) + "_" + counter++;
    String fInput = "{\"x\":" + random.nextInt(3) + "}";
    String gInput = "{\"y\":\"" + random.nextInt(3) + "\"}";
    memory.add(user("#call id=" + id + "f f " + fInput + "\n#call id=" + id + "g g " + gInput));
    Turn turn = start(engine, OnDisconnect.DEFAULT);
    Engine.Said said = Engine.read(turn);
    if (!(said.last() instanceof TurnEvent.Finished(FinishReason reason, _, _)) || reason != FinishReason.TOOL_CALLS) {
      throw new AssertionError("no calls: " + said);
    }
    check(turn);
    memory.add(new Remembered(new Message(Role.ASSISTANT, List.of(),
        List.of(new Message.ToolCall(id + "f", "f", fInput), new Message.ToolCall(id + "g", "g", gInput)),
        Optional.empty()),
        exactly("assistant calls mcp__client__f " + fInput, "assistant calls mcp__client__g " + gInput)));
    List<String> functions = new ArrayList<>(List.of("f", "g"));
    Collections.shuffle(functions, random);
    TreeSet<String> results = new TreeSet<>();
    functions.forEach(function -> results.add("user result: " + function + " of " + id));
    for (String function : functions) {
      memory.add(new Remembered(new Message(Role.TOOL, List.of(new Message.Part.Text(function + " of " + id)),
          List.of(), Optional.of(id + function)),
          function.equals(functions.getFirst()) ? new Expected.AnyOrder(results) : exactly()));
    }
    Turn next = start(engine, OnDisconnect.DEFAULT);
    Engine.Said answer = Engine.read(next);
    if (!(answer.last() instanceof TurnEvent.Finished)) {
      throw new AssertionError("no answer to results: " + answer);
    }
    Expected.check(memory.stream().map(Remembered::expected).toList(),
        record.last(next.sessionId(), results.stream().filter(line -> line.contains(functions.getLast() + " of"))
            .findFirst().orElseThrow()).lines());
    memory.add(new Remembered(Message.assistant(answer.text()), exactly("assistant: " + answer.text())));
    tools = random.nextBoolean();
  }
}
