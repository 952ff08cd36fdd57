package claudegateway.faults;

import claudegateway.Await;
import claudegateway.json.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A tool runs that has left its parent's session and group; whatever ends its agent ends it too. */
final class ToolTrees implements Fault {
  private static final String TOOL = "#bash setsid sleep 3333 & (setsid sleep 3333 &) ; sleep 3333";

  private enum End { STOPPED, AGENT_KILLED, DELETED, GATEWAY_KILLED }

  @Override
  public String name() {
    return "child: its tools are in groups of their own";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.started()) {
      for (int i = 0; i < plan.times(1, 5); i++) {
        for (End end : End.values()) {
          end(gateway, end, tally);
        }
      }
      gateway.stopAndLook(tally);
    }
  }

  private static void end(GatewayProcess gateway, End end, Tally tally) throws Exception {
    try (Talk talk = gateway.talk()) {
      String session = talk.newSession("tools");
      talk.say(session, "#say before");
      CompletableFuture<Talk.Said> tool = CompletableFuture.supplyAsync(() -> stream(talk, session));
      Await.that("the tool runs", Duration.ofSeconds(20), () -> sleepers(gateway) >= 3);
      tally.injected();
      switch (end) {
        case STOPPED -> {
          // What a tool has put into the background on purpose, a server say, stays as long as its agent.
          talk.post("/v1/chat/stop/" + session, Json.object());
          Await.that("the tool itself is gone", Duration.ofSeconds(15), () -> sleepers(gateway) <= 2);
          talk.delete("/v1/sessions/" + session);
        }
        case AGENT_KILLED -> gateway.commandLines().forEach((pid, line) -> {
          if (line.contains(session)) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
          }
        });
        case DELETED -> talk.delete("/v1/sessions/" + session);
        case GATEWAY_KILLED -> {
          gateway.kill();
          gateway.start();
        }
      }
      try {
        Await.that("the tools are gone", Duration.ofSeconds(15), () -> sleepers(gateway) == 0);
      } catch (AssertionError left) {
        gateway.commandLines().forEach((pid, line) -> {
          if (line.contains("sleep 3333")) {
            tally.orphan(end + ": " + pid + " " + line);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
          }
        });
      }
      if (tool.join().whole()) {
        tally.wrong(end + " looks like a whole answer: " + tool.join());
      }
    }
  }

  private static Talk.Said stream(Talk talk, String session) {
    try {
      return talk.stream(session, TOOL);
    } catch (InterruptedException stopped) {
      throw new java.util.concurrent.CompletionException(stopped);
    }
  }

  private static int sleepers(GatewayProcess gateway) {
    return (int) gateway.commandLines().values().stream().filter(line -> line.startsWith("sleep 3333")).count();
  }
}
