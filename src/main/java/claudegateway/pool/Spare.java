package claudegateway.pool;

import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import claudegateway.claude.Surroundings;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that waits for a conversation.
 *
 * @param since when it was started
 * @param surroundings what it found then
 * @param told what it was initialized with; empty when it was not, and can become anything
 */
public record Spare(ClaudeProcess process, Instant since, Surroundings surroundings, Optional<AgentSpec> told) {

  Launch.Profile profile() {
    return process.launch().profile();
  }

  Spare tell(AgentSpec spec) {
    spec.tell(process);
    return new Spare(process, since, surroundings, Optional.of(spec));
  }

  void close() {
    process.close(false);
  }
}
