package claudegateway.chat;

import claudegateway.pool.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The operator's choices for conversations.
 *
 * @param pool those for the processes
 * @param idleMax a session's process is ended after that long without a turn; the session stays
 * @param busyWait how long a second request waits for a session's running turn
 * @param silenceMax a CLI that says nothing for that long, while no tool runs, has failed
 * @param desertedGrace how long a turn goes on after its last reader left, when it is to be cancelled then
 * @param commandsAllowed whether trusted clients may use the CLI's slash commands
 * @param historyKept sessions of clients without session ids are dropped after that long
 * @param cleanEvery how often it is looked what can be dropped
 * @param defaultFolder the default project's folder, for the first spare
 */
public record ChatSettings(
    PoolSettings pool,
    Duration idleMax,
    Duration busyWait,
    Duration silenceMax,
    Duration desertedGrace,
    boolean commandsAllowed,
    Duration historyKept,
    Duration cleanEvery,
    Path defaultFolder) {

  /** No tool of the CLI runs longer by itself. */
  public static final Duration TOOL_SILENCE_MAX = Duration.ofMinutes(40);

  /** From a user line to the CLI's first sign; a bad transcript makes it hang for ever. */
  public static final Duration FIRST_SIGN_MAX = Duration.ofSeconds(20);
}
