package claudegateway.chat;

/**
 * Where a turn runs: the agent that its message was handed to, or, while another one is looked for, nowhere but on the
 * thread that looks. Any thread.
 */
final class TurnHost {
  private Agent agent;
  private Thread search;

  TurnHost(Agent first) {
    agent = first;
  }

  /** The last one that the turn had. */
  synchronized Agent agent() {
    return agent;
  }

  /** From now on a stop interrupts this thread, which owes {@link #found} or {@link #givenUp}. */
  synchronized void searchedBy(Thread thread) {
    search = thread;
  }

  synchronized void found(Agent next) {
    agent = next;
    search = null;
  }

  synchronized void givenUp() {
    search = null;
  }

  /** Stops the turn in its CLI, or the search for one; returns at once. */
  void interrupt(TurnRelay relay) {
    Agent now;
    synchronized (this) {
      if (search != null) {
        search.interrupt();
        return;
      }
      now = agent;
    }
    now.interrupt(relay);
  }

  /** Kills the CLI that has the turn, if there is one; blocks for some milliseconds. */
  void kill(TurnRelay relay) {
    Agent now;
    synchronized (this) {
      if (search != null) {
        return;
      }
      now = agent;
    }
    now.kill(relay);
  }
}
