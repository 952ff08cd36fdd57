package claudegateway.chat;

/**
 * Who asks: the name of the API key, or "" where no keys are configured. Rows have it as their owner; what was
 * made without keys (owner "") stays visible to everybody.
 */
public record Caller(String owner) {
  public static final Caller ANYONE = new Caller("");

  public boolean maySee(String ownerOfRow) {
    return ownerOfRow.isEmpty() || ownerOfRow.equals(owner);
  }
}
