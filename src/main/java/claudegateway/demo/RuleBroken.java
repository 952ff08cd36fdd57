package claudegateway.demo;

/** The request breaks a rule of the API. */
final class RuleBroken extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Reply.ApiError error;

  RuleBroken(Reply.ApiError error) {
    super(error.message());
    this.error = error;
  }

  Reply.ApiError error() {
    return error;
  }

  static RuleBroken invalid(String message) {
    return new RuleBroken(Reply.ApiError.invalid(message));
  }
}
