package claudegateway.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Someone that answers: a CLI, or a conversation with the gateway. One question at a time. */
interface Speaker {
  /** An answer that takes longer is a failure of the run. */
  int ANSWER_MAX_SECONDS = 120;

  /** Asks at once; the answer's {@link Answer#done} tells when it is whole. */
  Answer ask(String prompt, Answer.Listener listener);

  /** The whole answer. */
  default Answer say(String prompt) throws InterruptedException {
    return whole(ask(prompt, Answer.Listener.NONE));
  }

  /** All of them say something at the same time: so hundreds of processes are started sooner than one by one. */
  static void greet(List<? extends Speaker> speakers) throws InterruptedException {
    for (Answer answer : speakers.stream().map(each -> each.ask("#say hello", Answer.Listener.NONE)).toList()) {
      whole(answer);
    }
  }

  /** An answer whose first text has come. */
  static Answer begun(Answer answer) throws InterruptedException {
    return await(answer.begun());
  }

  static Answer whole(Answer answer) throws InterruptedException {
    return await(answer.done());
  }

  /** The same within an {@link #ask}: who is interrupted there fails, and stays interrupted. */
  static Answer wholeWithin(Answer answer) {
    try {
      return whole(answer);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** Fails when it takes longer than an answer may. */
  static <T> T await(CompletableFuture<T> awaited) throws InterruptedException {
    try {
      return awaited.get(ANSWER_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause().getMessage(), failed);
    } catch (TimeoutException late) {
      throw new IllegalStateException("no answer within " + ANSWER_MAX_SECONDS + " s", late);
    }
  }
}
