/**
 * The conversation, whatever protocol the client speaks.
 *
 * <p>The idea: a {@link claudegateway.chat.Turn} is a log with one writer (the child's reader thread) and any
 * number of {@link claudegateway.chat.Cursor}s; a stream, a whole answer, the store and a second device are
 * all readers of it. Here too: sessions and which of them a history belongs to, interrupts.
 *
 * <p>Knows neither HTTP nor any client's wire format. May depend on {@code pool}, {@code claude}, {@code
 * store}, {@code json}.
 */
package claudegateway.chat;
