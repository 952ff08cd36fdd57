package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.DoubledRequests.Key;
import claudegateway.api.DoubledRequests.Kind;
import claudegateway.http.HttpError;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class DoubledRequestsTest {
  private static final Key KEY = new Key("key a", "POST", "/v1/sessions", "hash");

  private long now = 1_000;
  private final DoubledRequests<String> requests = new DoubledRequests<>(() -> now, String::length);

  private DoubledRequests<String>.Claim claim(Kind kind) {
    return requests.claim(KEY, "hash", kind);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void answer(Kind kind, String value, boolean delivered, boolean good) {
    DoubledRequests<String>.Claim first = claim(kind);
    assertTrue(first.isFirst());
    first.value(value);
    first.answered(delivered, good);
  }

  @Test
  void aTwinJoinsTheRunningOne() {
    DoubledRequests<String>.Claim first = claim(Kind.APP);
    DoubledRequests<String>.Claim twin = claim(Kind.APP);
    assertFalse(twin.isFirst());
    assertFalse(twin.value().isDone());
    first.value("a");
    assertEquals("a", twin.value().join());
  }

  @Test
  void anAnswerIsRepeatedOnceForTheApp() {
    answer(Kind.APP, "a", true, true);
    pass(DoubledRequests.TWIN.minusMillis(1));
    assertEquals("a", claim(Kind.APP).value().join());
    assertTrue(claim(Kind.APP).isFirst(), "a user who does it again means it");
  }

  @Test
  void afterFiveSecondsItIsAnotherRequest() {
    answer(Kind.APP, "a", true, true);
    pass(DoubledRequests.TWIN);
    assertTrue(claim(Kind.APP).isFirst());
  }

  @Test
  void anAnswerThatWasNotDeliveredIsKeptLonger() {
    answer(Kind.APP, "a", false, true);
    pass(DoubledRequests.RETRY.minusMillis(1));
    assertEquals("a", claim(Kind.APP).value().join());
  }

  @Test
  void whatFailedUnheardIsDoneAgain() {
    answer(Kind.APP, "a", false, false);
    assertTrue(claim(Kind.APP).isFirst());
  }

  @Test
  void theTwinOfAFailureFailsAlike() {
    claim(Kind.APP).failed(HttpError.notFound("x", "gone"));
    CompletionException failed =
        assertThrows(CompletionException.class, () -> claim(Kind.APP).value().join());
    assertEquals("gone", failed.getCause().getMessage());
  }

  @Test
  void ordinaryRequestsAreNoTwinsOfOneAnother() {
    answer(Kind.FIRST, "a", true, true);
    assertTrue(claim(Kind.FIRST).isFirst());
    assertTrue(claim(Kind.APP).isFirst(), "nor of the app's");
  }

  @Test
  void aRetryGetsWhatWasDoneAndRepeatsWhatFailed() {
    answer(Kind.FIRST, "a", false, true);
    assertEquals("a", claim(Kind.RETRY).value().join());
    assertEquals("a", claim(Kind.RETRY).value().join(), "as often as it needs");
    pass(DoubledRequests.RETRY);
    assertTrue(claim(Kind.RETRY).isFirst());
    claim(Kind.FIRST).failed(HttpError.conflict("session_busy", "busy"));
    assertTrue(claim(Kind.RETRY).isFirst());
  }

  @Test
  void aRetryOfAnAnswerThatEndedInAFailureIsDoneAgain() {
    answer(Kind.FIRST, "a", true, false);
    assertTrue(claim(Kind.RETRY).isFirst());
  }

  @Test
  void aNameStandsForOneBody() {
    Key named = new Key("key a", "POST", "/v1/sessions", "name n");
    DoubledRequests<String>.Claim first = requests.claim(named, "body", Kind.NAMED);
    HttpError reused = assertThrows(HttpError.class, () -> requests.claim(named, "other", Kind.NAMED));
    assertEquals(422, reused.status());
    assertEquals("idempotency_key_reused", reused.code());
    first.value("a");
    first.answered(true, true);
    pass(DoubledRequests.NAMED.minusMillis(1));
    assertFalse(requests.claim(named, "body", Kind.NAMED).isFirst());
    pass(Duration.ofMillis(1));
    assertTrue(requests.claim(named, "other", Kind.NAMED).isFirst());
  }

  @Test
  void aForgottenAnswerIsMadeAnew() {
    answer(Kind.APP, "a", false, true);
    DoubledRequests<String>.Claim copy = requests.claim(KEY, "hash", Kind.RETRY);
    copy.forget();
    assertTrue(requests.claim(KEY, "hash", Kind.RETRY).isFirst());
  }

  @Test
  void othersAreNotMixedUp() {
    answer(Kind.APP, "a", true, true);
    assertTrue(requests.claim(new Key("key b", "POST", "/v1/sessions", "hash"), "hash", Kind.APP).isFirst());
    assertTrue(requests.claim(new Key("key a", "PUT", "/v1/sessions", "hash"), "hash", Kind.APP).isFirst());
    assertTrue(requests.claim(new Key("key a", "POST", "/v1/projects", "hash"), "hash", Kind.APP).isFirst());
  }

  @Test
  void holdsABoundedNumber() {
    for (int i = 0; i < DoubledRequests.ENTRIES_MAX + 100; i++) {
      requests.claim(new Key("a", "POST", "/", "" + i), "", Kind.FIRST);
    }
    assertEquals(DoubledRequests.ENTRIES_MAX, requests.size());
  }

  @Test
  void holdsBoundedBytes() {
    String large = "x".repeat((int) DoubledRequests.BYTES_MAX / 4);
    for (int i = 0; i < 20; i++) {
      requests.claim(new Key("a", "POST", "/", "" + i), "", Kind.FIRST).value(large);
    }
    assertEquals(3, requests.size());
    assertFalse(requests.claim(new Key("a", "POST", "/", "19"), "", Kind.RETRY).isFirst());
  }
}
