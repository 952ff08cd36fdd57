package claudegateway.chat;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.CliVersion;
import claudegateway.claude.ClientTool;
import claudegateway.claude.Launch.Origin;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.ModelCatalogue.CliModel;
import claudegateway.claude.StdinLine;
import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.json.Json;
import claudegateway.pool.AgentSpec;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Tells processes what they have to know before a turn: what they are asked to be, which calls wait, what was said.
 * Whatever goes wrong, the process is ended: nobody else knows of it yet.
 *
 * <p>Blocks for the CLI; any thread.
 */
final class Briefing {
  private static final System.Logger LOG = System.getLogger(Briefing.class.getName());

  private final CliVersion version;
  private final AtomicReference<ModelCatalogue> models;
  private final CliReports reports;
  private final AtomicInteger underWay = new AtomicInteger();

  Briefing(CliVersion version, AtomicReference<ModelCatalogue> models, CliReports reports) {
    this.version = version;
    this.models = models;
    this.reports = reports;
  }

  /** Whether somebody waits for a first token that a start of another process would hold up. */
  boolean isUnderWay() {
    return underWay.get() > 0;
  }

  /**
   * The process, initialized. Throws ChatException when it dies over it, or does not answer in so long; it is ended then.
   *
   * @param fromZero whether it has cost nothing yet
   * @param waiting calls of the client's functions that its transcript ends with
   */
  Agent agent(ClaudeProcess process, AgentSpec wanted, boolean fromZero, List<OpenCall> waiting,
      Duration limit) throws InterruptedException {
    AgentSpec spec = withWaiting(wanted, waiting);
    process.control().reopened(waiting.stream().map(OpenCall::id).collect(Collectors.toSet()));
    underWay.incrementAndGet();
    try {
      Json.Obj answer = spec.tell(process).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      learn(answer);
      if (!spec.tools().isEmpty() && !(process.launch().origin() instanceof Origin.Fresh)
          && version.listsToolsAtStart()) {
        // A call that waits for its result is run again when the message comes, and fails before the CLI knows it.
        process.control().listed().get(ClaudeProcess.CONTROL_MAX.toMillis(), TimeUnit.MILLISECONDS);
      }
      if (!waiting.isEmpty()) {
        process.awaitCallsTried();
      }
    } catch (InterruptedException | RuntimeException stopped) {
      // Nobody else knows of it.
      process.kill();
      throw stopped;
    } catch (ExecutionException failed) {
      process.kill();
      throw notStarted(failed.getCause().getMessage());
    } catch (TimeoutException silent) {
      process.kill();
      throw notStarted("it did not answer within " + limit.toSeconds() + " s");
    } finally {
      underWay.decrementAndGet();
    }
    return new Agent(process, spec, new Meter(version, fromZero), reports);
  }

  /**
   * 2.1.330 says nothing any more when a function that waits for its result is not offered. A process that offers
   * more than was asked for is good for this one round: its description then differs from what is wanted next.
   */
  private static AgentSpec withWaiting(AgentSpec spec, List<OpenCall> waiting) {
    Set<String> known = spec.tools().stream().map(ClientTool::name).collect(Collectors.toSet());
    List<ClientTool> tools = new ArrayList<>(spec.tools());
    for (OpenCall call : waiting) {
      String name = call.name().substring(ClientTool.PREFIX.length());
      if (known.add(name)) {
        tools.add(new ClientTool(name, "", Json.object("type", "object")));
      }
    }
    return spec.with(List.copyOf(tools));
  }

  private void learn(Json.Obj answer) {
    reports.initialized(answer);
    List<CliModel> listed = answer.array("models").stream().map(Json.Obj.class::cast).map(line -> new CliModel(
        line.string("value").orElse(""), line.string("resolvedModel").orElse(line.string("value").orElse("")),
        line.string("displayName").orElse(""), line.string("description").orElse(""))).toList();
    models.updateAndGet(known -> known.withCliModels(listed));
  }

  private static ChatException notStarted(String why) {
    return new ChatException(Failure.of(Failure.Kind.CLAUDE_UNAVAILABLE, "Claude Code did not start: " + why));
  }

  /**
   * Tells a process a history over stdin, in step, because lines that are sent at once overtake one another. False when
   * it did not take it, and is ended.
   */
  boolean takes(Agent agent, List<Line> lines) throws InterruptedException {
    underWay.incrementAndGet();
    try {
      for (Line line : lines) {
        if (line.role() == Line.Role.USER) {
          agent.history(StdinLine.user(UUID.randomUUID().toString(), line.content(), StdinLine.Mode.HISTORY, false));
        } else {
          agent.historyAnswer(StdinLine.assistant("msg_" + UUID.randomUUID().toString().replace("-", ""),
              line.content()));
        }
      }
      return true;
    } catch (InterruptedException stopped) {
      // Nobody else knows of it.
      agent.process().kill();
      throw stopped;
    } catch (ClaudeException failed) {
      LOG.log(Level.WARNING, "a spare did not take a history: {0}", failed.getMessage());
      agent.process().kill();
      return false;
    } finally {
      underWay.decrementAndGet();
    }
  }
}
