package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamPlaceTest {

  @ParameterizedTest
  @CsvSource({"0,0,0", "12,12,0", "12.0,12,0", "12.340,12,340", "999999999999999999,999999999999999999,0"})
  void isRead(String text, long position, long units) {
    StreamPlace place = new StreamPlace(position, units);
    assertEquals(Optional.of(place), StreamPlace.parse(text));
    assertEquals(Optional.of(place), StreamPlace.parse(place.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "1.", ".1", "1.2.3", " 1", "1e3", "9999999999999999999", "١"})
  void isNone(String text) {
    assertEquals(Optional.empty(), StreamPlace.parse(text));
  }
}
