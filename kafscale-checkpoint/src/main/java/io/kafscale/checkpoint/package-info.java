/**
 * Owning partitions and moving offsets. {@link io.kafscale.checkpoint.CheckpointStore} is the SPI;
 * {@link io.kafscale.checkpoint.InMemoryCheckpointStore} is for one process.
 *
 * <h2>Writing a store</h2>
 *
 * <p>It takes some 200 lines over anything that can do one thing: <b>change a value only if it still is what it was when it
 * was read</b>, durably, for all who look at it. A transaction on a revision, a conditional PUT, {@code UPDATE … WHERE}, a
 * locked file: all will do. (One in a file is among the project's examples.) Everything follows from a few rules.
 *
 * <ol>
 *   <li><b>A lease is a value with a token that only grows</b>: owner and token, put where there was none, in one step with
 *       the look. The token outlives leases, members, and the deletion of the group.
 *   <li><b>Commit and release are one step with the look at the lease</b>: exactly this owner, exactly this token. Looking
 *       first and writing then is the usual mistake: between the two a worker can be paused for as long as it likes. When the
 *       lease is another, the answer is {@link io.kafscale.checkpoint.Outcome.Fenced}, for good.
 *   <li><b>Under one lease a position never goes back within an epoch</b>
 *       ({@link io.kafscale.checkpoint.Checkpoint#isBefore}): a commit that has been passed changes nothing and is applied.
 *       What an earlier lease committed holds nothing back. All of a checkpoint's
 *       {@linkplain io.kafscale.checkpoint.Checkpoint#figures() figures} are kept; those a newer version adds come of
 *       themselves.
 *   <li><b>No answer is no answer.</b> A write whose reply was lost, that timed out, or that failed in any way which leaves it
 *       open is {@link io.kafscale.checkpoint.Outcome.Unknown}, never a failure: it may have been applied, and may land at any
 *       later time. Reading back shows what is so now, not what will be; so nothing may depend on it but what to say. Only the
 *       next conditional write decides, and every write is made such that it can be repeated, and can come late: a repeated
 *       call that finds its own earlier write answers as if it had just been applied, an acquisition that finds itself the
 *       owner adopts the lease, and a late one finds a value other than the one it was conditional on. Where equal content
 *       cannot be told apart, put a number into it that is new each time.
 *   <li><b>A member dies by observation</b>, or by the store's own monotonic clock, never by a wall clock. Write no times.
 *       Each heartbeat changes a counter; who sees the same counter for a TTL, on {@code System.nanoTime()}, may take over
 *       what that member owns, by the same conditional write as ever. Too late is always right, too early never.
 *   <li><b>One heartbeat is one write</b>, however much is held, and fails with
 *       {@link io.kafscale.checkpoint.SessionExpiredException} only when all leases are gone for good.
 *   <li><b>Leaving gives nothing up</b> that was not released: a sink may still be writing.
 *   <li><b>A store does not retry</b>, and keeps no threads that act by themselves: who calls knows how much time there is.
 * </ol>
 *
 * <p>If other programs can write where the store does, they may do so without any lease. A checkpoint that was changed under
 * a lease that holds is a {@link io.kafscale.checkpoint.Outcome.Conflict}, told once; the next commit replaces it.
 *
 * <p>Then extend {@code CheckpointStoreContract} of the testkit: it asks for the store and a way to let time pass, and tests
 * all of the above; with a network that can be made bad in between, also what cannot be seen otherwise. A store that passes
 * only most of the time does not pass.
 */
@NullMarked
package io.kafscale.checkpoint;

import org.jspecify.annotations.NullMarked;
