package claudegateway.chat;

import claudegateway.chat.TurnStore.Past;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.Launch.Profile;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.StdinLine;
import claudegateway.pool.AgentSpec;
import claudegateway.store.SessionRow;
import claudegateway.store.SessionRow.Origin;
import claudegateway.store.SessionRow.Transcript;
import claudegateway.store.TurnRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * First turns of sessions: of a new conversation, of one that a client brings along, of a branch of another session.
 *
 * <p>All methods block while a process is found and throw ChatException when there is none.
 */
final class NewSessions {
  private final Folders folders;
  private final AtomicReference<ModelCatalogue> models;
  private final Agents agents;
  private final LiveSessions live;
  private final TurnStarter starter;

  NewSessions(Folders folders, AtomicReference<ModelCatalogue> models, Agents agents, LiveSessions live,
      TurnStarter starter) {
    this.folders = folders;
    this.models = models;
    this.agents = agents;
    this.live = live;
    this.starter = starter;
  }

  /**
   * Another branch of a conversation, from after a turn of it.
   *
   * @param history what the client says was before, for when the CLI can't go back there
   */
  Turn forked(SessionRow parent, TurnRow at, List<Message> history, List<Message> fresh, ChatRequest request,
      String project, Caller caller) throws InterruptedException {
    if (at.lastUuid().isEmpty() || parent.transcript() == Transcript.PARTIAL) {
      return begun(history, fresh, request, project, caller);
    }
    Start start = new Start(request, project, caller);
    Agent agent;
    agents.awaitLeftovers();
    try {
      agent = agents.forked(start.profile, start.spec, parent.id(), at, caller.owner());
    } catch (ClaudeException callsGone) {
      // The transcript does not have the calls that wait; what the client remembers is still there.
      return begun(history, fresh, request, project, caller);
    } catch (ChatException refused) {
      if (refused.failure().kind() != Failure.Kind.CLAUDE_UNAVAILABLE) {
        throw refused;
      }
      // The transcript is gone, or no longer has that line; what the client remembers is still there.
      return begun(history, fresh, request, project, caller);
    }
    return inNewSession(start, agent, Transcript.WHOLE, Optional.of(parent.id()),
        new Past.Branch(parent.id(), at.seq()), at.lineage().orElseThrow(), fresh, start.input(fresh));
  }

  /** @param history not empty when the client brings a conversation along that nobody knows */
  Turn begun(List<Message> history, List<Message> fresh, ChatRequest request, String project, Caller caller)
      throws InterruptedException {
    Start start = new Start(request, project, caller);
    byte[] root = Lineage.root(caller, project);
    if (history.isEmpty()) {
      Agent agent = agents.begun(start.profile, start.spec, caller.owner());
      return inNewSession(start, agent, Transcript.WHOLE, Optional.empty(), Past.NONE, root, fresh,
          start.input(fresh));
    }
    Agents.Injected injected = agents.injected(start.profile, start.spec, history, start.offer.names(), caller.owner());
    Past past = new Past.Told(BroughtHistory.pastTurns(root, history, start.model));
    return inNewSession(start, injected.agent(), injected.transcript(), Optional.empty(), past,
        Lineage.chain(root, history).getLast(), fresh, TurnInput.of(
            CallIds.unique(request.messages()).subList(injected.told(), history.size() + fresh.size()),
            start.offer.names()));
  }

  /** What a new session's process needs to know. */
  private final class Start {
    private final ChatRequest request;
    private final String project;
    private final Caller caller;
    private final String model;
    private final Offer offer;
    private final AgentSpec spec;
    private final Path folder;
    private final Profile profile;

    Start(ChatRequest request, String project, Caller caller) {
      this.request = request;
      this.project = project;
      this.caller = caller;
      this.model = request.model().orElseGet(() -> models.get().defaultModel().id());
      this.offer = Offer.of(request);
      this.spec = offer.spec(model, request.system());
      this.folder = folders.folder(project, caller);
      this.profile = new Profile(folder, spec.model(), spec.builtins());
    }

    /** Who goes on from a session by its id will ask for the new one by its id. */
    Origin origin() {
      return request.sessionId().isPresent() ? Origin.NAMED : Origin.HISTORY;
    }

    TurnInput input(List<Message> fresh) {
      return TurnInput.of(fresh, offer.names());
    }
  }

  private Turn inNewSession(Start start, Agent agent, Transcript transcript, Optional<String> parent,
      Past past, byte[] before, List<Message> fresh, TurnInput input)
      throws InterruptedException {
    long now = System.currentTimeMillis();
    SessionRow row = new SessionRow(agent.process().sessionId(), start.project, start.caller.owner(),
        Titles.of(fresh), start.model, start.request.system(), start.origin(), "{}", transcript, Optional.empty(),
        parent, now, now);
    LiveSession session = live.open(row, start.folder);
    try {
      // Before it has a process nobody can take it: there would be nothing to evict.
      session.claim(Duration.ZERO);
      session.agent(agent);
      return starter.begin(session, agent, start.offer, start.request, Optional.of(row), past, before, fresh, input,
          StdinLine.Mode.TURN);
    } catch (RuntimeException | InterruptedException failed) {
      agent.process().close(false);
      session.delete();
      live.remove(session);
      throw failed;
    }
  }
}
