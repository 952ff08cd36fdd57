/**
 * The fault suite behind {@code bin/faults}: it breaks things around a gateway in a process of its own, and looks
 * at what clients lose, what hangs, and what is left behind. The agent is the scripted one, {@code fake-claude.pl}.
 *
 * <p>Not unit tests: it takes minutes, and its result is a table. May depend on everything in the test tree.
 */
package claudegateway.faults;
