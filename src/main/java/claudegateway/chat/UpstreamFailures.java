package claudegateway.chat;

import claudegateway.chat.Failure.Kind;
import claudegateway.claude.ClaudeEvent;
import java.time.Duration;

/**
 * What an unsuccessful {@code result} means. The CLI reports API errors as {@code subtype:"success"} with {@code
 * is_error:true}, the HTTP status beside it and a sentence for people (protocol, section 7).
 */
final class UpstreamFailures {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private UpstreamFailures() {}

  /** @param error the synthetic message's {@code error}; @param retryMillis the CLI's last wait, 0 for none */
  static Failure of(ClaudeEvent.Result result, String error, long retryMillis) {
    int status = result.apiErrorStatus().orElse(0);
    String text = result.text().isEmpty() ? String.join(" ", result.errors()) : result.text();
    if (status == 401 || status == 403 || error.equals("authentication_failed") || text.startsWith("Not logged in")) {
      return Failure.of(Kind.CLAUDE_AUTH, "Claude Code on the server is not logged in, or its login was refused. "
          + "On the server, run `claude` and log in, or start the gateway with a valid ANTHROPIC_API_KEY. (" + text + ")");
    }
    Duration retry = retryMillis > 0 ? Duration.ofMillis(retryMillis) : RETRY_AFTER;
    return switch (status) {
      case 429 -> Failure.of(Kind.UPSTREAM_RATE_LIMITED, text, retry);
      case 404 -> Failure.of(Kind.MODEL_NOT_FOUND, text);
      case 400, 413, 422 -> Failure.of(Kind.UPSTREAM_REJECTED, text);
      case 503, 529 -> Failure.of(Kind.UPSTREAM_OVERLOADED, text, retry);
      default -> other(result, error, text, retry);
    };
  }

  private static Failure other(ClaudeEvent.Result result, String error, String text, Duration retry) {
    if (error.equals("overloaded") || text.contains("Overloaded")) {
      return Failure.of(Kind.UPSTREAM_OVERLOADED, text, retry);
    }
    if (error.equals("rate_limit")) {
      return Failure.of(Kind.UPSTREAM_RATE_LIMITED, text, retry);
    }
    if (text.startsWith("Prompt is too long")) {
      return Failure.of(Kind.UPSTREAM_REJECTED, text);
    }
    if (result.subtype().equals("error_max_structured_output_retries")) {
      return Failure.of(Kind.SCHEMA_NOT_OBEYED,
          "The model tried several times, and no answer obeyed the schema.");
    }
    return result.subtype().equals("success")
        ? Failure.of(Kind.UPSTREAM_FAILED, text.isEmpty() ? "The request to the model's API failed." : text)
        : Failure.of(Kind.AGENT_FAILED, "Claude Code ended the turn with " + result.subtype() + ": " + text);
  }
}
