package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the model's API may do wrong, as the real CLI tells of it: never an answer that is none. */
final class UpstreamErrorsTest {
  private static final Map<String, Kind> FAULTS = new LinkedHashMap<>();

  static {
    FAULTS.put("#error 400 no", Kind.UPSTREAM_REJECTED);
    FAULTS.put("#error 401 no", Kind.CLAUDE_AUTH);
    FAULTS.put("#error 403 no", Kind.CLAUDE_AUTH);
    FAULTS.put("#error 404 no", Kind.MODEL_NOT_FOUND);
    FAULTS.put("#error 413 no", Kind.UPSTREAM_REJECTED);
    FAULTS.put("#error 429 retry-after=1 no", Kind.UPSTREAM_RATE_LIMITED);
    FAULTS.put("#error 500 no", Kind.UPSTREAM_FAILED);
    FAULTS.put("#error 529 no", Kind.UPSTREAM_OVERLOADED);
    FAULTS.put("#drop 5", Kind.UPSTREAM_FAILED);
    FAULTS.put("#overloaded 5", Kind.UPSTREAM_OVERLOADED);
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void eachFaultIsItsOwnFailureAndTheSessionGoesOn(String version) {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say first").session();
      FAULTS.forEach((fault, kind) -> {
        Engine.Said said = engine.say(Optional.of(session), List.of(Message.user(fault)));
        assertTrue(said.last() instanceof TurnEvent.Failed(Failure failure) && failure.kind() == kind,
            fault + " gave " + said.last());
        assertTrue(!said.text().contains("API Error"), said.text());
      });
      assertEquals("again", engine.say(Optional.of(session), List.of(Message.user("#say again"))).text());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aBrokenStreamIsNeverFollowedByASecondBeginning(String version) {
    try (Engine engine = new Engine(EngineSetup.real(version).retries(2))) {
      Engine.Said said = engine.say("#drop 5");
      assertTrue(said.last() instanceof TurnEvent.Failed(Failure failure)
          && failure.kind() == Kind.UPSTREAM_FAILED, said.toString());
      assertTrue("w0 w1 w2 w3 w4 ".startsWith(said.text()), said.text());
      // Before anything was said, a repetition is nobody's business.
      assertEquals("after all", engine.say("#error 500 times=1 no\n#say after all").text());
    }
  }

  /** A message of the answer that is whole stays so, whatever the CLI has to repeat after it. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aRepeatedRequestBetweenTwoMessagesBreaksNothingOff(String version) {
    String first = "#say One.\n#call Read {\"file_path\":\"/none\"}\n#then\n";
    try (Engine engine = new Engine(EngineSetup.real(version).retries(2))) {
      for (String fault : List.of("#error 529 times=1 no", "#overloaded times=1", "#drop times=1")) {
        Engine.Said said = engine.say(first + fault + "\n#say Two.");
        assertEquals(FinishReason.STOP, reason(said), fault);
        assertEquals("One.\n\nTwo.", said.text(), fault);
      }
      Engine.Said said = engine.say(first + "#drop 5\n#say Two.");
      assertTrue(said.last() instanceof TurnEvent.Failed(Failure failure)
          && failure.kind() == Kind.UPSTREAM_FAILED, said.toString());
      assertTrue("One.\n\nw0 w1 w2 w3 w4 ".startsWith(said.text()), said.text());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void refusalsAndLimitsAreEndsNotErrors(String version) {
    try (Engine engine = new Engine(version, 0)) {
      assertEquals(FinishReason.CONTENT_FILTER, reason(engine.say("#refuse I had begun")));
      Engine.Said cut = engine.say("#say as far as it goes\n#stop max_tokens");
      assertEquals(FinishReason.LENGTH, reason(cut));
      assertEquals("as far as it goes", cut.text());
      assertEquals("on", engine.say(Optional.of(cut.session()), List.of(Message.user("#say on"))).text());
    }
  }

  private static FinishReason reason(Engine.Said said) {
    return assertInstanceOf(TurnEvent.Finished.class, said.last(), said.toString()).reason();
  }
}
