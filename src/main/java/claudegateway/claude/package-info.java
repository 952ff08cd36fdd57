/**
 * Everything that knows the Claude Code CLI: its flags, its lines, its versions, its files.
 *
 * <p>May depend on {@code json}.
 */
package claudegateway.claude;
