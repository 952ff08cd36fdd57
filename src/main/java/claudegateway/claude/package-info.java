/**
 * Everything that knows the Claude Code CLI: its flags, its lines, its versions, its files.
 *
 * <p>The idea: above this room nobody knows that there is a program with a stdin. {@link
 * claudegateway.claude.ClaudeProcess} is one live child; what it prints comes out as {@link
 * claudegateway.claude.ClaudeEvent}s, on the child's own reader thread.
 *
 * <p>May depend on {@code json}.
 */
package claudegateway.claude;
