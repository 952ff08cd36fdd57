package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A client that makes its sessions first and sends only what is new, by the id of one or the other. */
final class NamingClient implements RandomClient {
  private static final int SESSIONS_MAX = 12;

  private record Conversation(String session, List<Expected> memory) {}

  private final Random random;
  private final ModelRecord record;
  private final Caller caller;
  private final List<Conversation> conversations = new ArrayList<>();
  private int turns;

  NamingClient(Random random, ModelRecord record, String owner) {
    this.random = random;
    this.record = record;
    this.caller = new Caller(owner);
  }

  @Override
  public int turns() {
    return turns;
  }

  @Override
  public void act(Engine engine) {
    Conversation now = conversation(engine);
    // As the clients that resend everything say it too.
    String text = "plain " + random.nextInt(4);
    turns++;
    Engine.Said said = Engine.read(engine.chat().conversations().start(Engine.request(now.session, text), caller));
    if (!(said.last() instanceof TurnEvent.Finished)) {
      throw new AssertionError("no answer to " + text + ": " + said);
    }
    now.memory.add(new Expected.Exactly(List.of("user: " + text)));
    Expected.check(now.memory, record.last(now.session, "user: " + text).lines());
    now.memory.add(new Expected.Exactly(List.of("assistant: " + said.text())));
  }

  private Conversation conversation(Engine engine) {
    if (conversations.size() < SESSIONS_MAX) {
      conversations.add(new Conversation(engine.chat().sessions().create(new SessionView.Draft(Optional.empty(),
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), caller).id(), new ArrayList<>()));
      return conversations.getLast();
    }
    return conversations.get(random.nextInt(conversations.size()));
  }
}
