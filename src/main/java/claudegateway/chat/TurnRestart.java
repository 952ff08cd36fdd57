package claudegateway.chat;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.TurnControls;
import claudegateway.json.Json;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A turn's second beginning: a process can end while a message is on its way to it. What has said nothing of the turn
 * and has not put the message into its transcript has not taken it up, so that another process can be told.
 *
 * <p>The session stays claimed by the turn meanwhile. Whatever fails ends the turn; the watch over running turns bounds
 * how long it takes, as it does for any turn that gives no sign.
 *
 * @param names the client's names of the functions that the turn offers
 * @param results of calls, as {@link TurnInput} has them
 */
record TurnRestart(Agents agents, LiveSession session, TurnHost host, TurnRelay relay, ToolNames names,
    Map<String, Json> results, TurnControls controls, String userUuid, byte[] line) {
  private static final System.Logger LOG = System.getLogger(TurnRestart.class.getName());

  /** Returns at once; any thread. @param why the process ended, for people */
  void begin(String why) {
    session.homeless(relay);
    Thread thread = Thread.ofVirtual().name("restarting-" + relay.turn().id()).unstarted(() -> run(why));
    host.searchedBy(thread);
    thread.start();
  }

  private void run(String why) {
    Optional<Agent> next = Optional.empty();
    try {
      next = next(why);
    } catch (ChatException refused) {
      relay.replaced(refused.failure());
    } catch (InterruptedException stopped) {
      relay.replaced(Failure.of(Failure.Kind.TURN_INTERRUPTED, "The turn was stopped before it began."));
    } catch (ClaudeException | ExecutionException failed) {
      LOG.log(Level.WARNING, "a turn of {0} could not begin again: {1}", session.id(), failed.getMessage());
    } catch (RuntimeException fault) {
      LOG.log(Level.ERROR, "a turn of " + session.id() + " could not begin again", fault);
    }
    next.ifPresentOrElse(host::found, host::givenUp);
    if (next.isPresent() && !relay.isStopping()) {
      relay.restarted();
      next.get().begin(relay, line);
    } else {
      // Interrupted too late, this thread would not even store the turn's end.
      Thread.interrupted();
      // One that has not heard the message would go on without it.
      session.endProcess();
      relay.exited(why);
    }
    session.housed(relay);
  }

  /** Empty when the message was taken up. */
  private Optional<Agent> next(String why) throws InterruptedException, ExecutionException {
    if (relay.isStopping()) {
      // It was stopped before the stop could interrupt this thread.
      throw new InterruptedException();
    }
    // The process begins with what the store knows of the session.
    relay.turn().accepted().get();
    Agent gone = host.agent();
    LOG.log(Level.INFO, "claude {0} ended before it began with a message of {1}{2}",
        Long.toString(gone.process().pid()), session.id(), why);
    Optional<Agent> next = agents.again(session, gone, names, relay.turn().id(), userUuid);
    if (next.isPresent()) {
      LOG.log(Level.INFO, "claude {0} is told of it", Long.toString(next.get().process().pid()));
      next.get().names(names);
      next.get().process().control().results(results);
      next.get().control(controls);
    }
    return next;
  }
}
