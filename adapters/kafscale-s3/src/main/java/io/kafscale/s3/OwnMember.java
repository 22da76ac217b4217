package io.kafscale.s3;

import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.s3.ConditionalObjects.Written;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * A session's own object, whose every write is a sign of life. Each replaces the one before: when the object is no longer
 * what this session wrote, another member declared it dead.
 *
 * <p>Thread safe; one request at a time.
 */
final class OwnMember {

    private final ConditionalObjects objects;
    private final String key;
    private final String name;
    private final Holdings holdings;
    private MemberValue last;
    private String etag;

    /** Sent to replace what was last seen, and not answered. */
    private final Set<MemberValue> unanswered = new HashSet<>();

    /** Up to which change the others were told what is held. */
    private long told;

    private volatile boolean left;
    private volatile boolean dead;

    private OwnMember(
            ConditionalObjects objects, String key, String name, Holdings holdings, MemberValue last, String etag) {
        this.objects = objects;
        this.key = key;
        this.name = name;
        this.holdings = holdings;
        this.last = last;
        this.etag = etag;
    }

    /**
     * Begins a membership.
     *
     * @throws IOException when it could not be written, or the store does not honour conditions
     */
    static OwnMember join(
            ConditionalObjects objects,
            GroupKeys keys,
            String memberId,
            Subscription subscription,
            Duration ttl,
            Holdings holdings)
            throws IOException {
        String key = keys.member(memberId);
        MemberValue first = new MemberValue(MemberValue.State.ALIVE, 0, ttl, subscription, holdings.tokens());
        Written written = objects.write(key, first.toJson(), null);
        if (!(written instanceof Written.Applied applied)) {
            throw new IOException(objects.name(key) + objects.place() + " was there before its member; join again");
        }
        try {
            objects.prove(key, first.toJson());
        } catch (IOException e) {
            try {
                objects.delete(key);
            } catch (IOException stays) {
                e.addSuppressed(stays); // until others find it silent for the TTL
            }
            throw e;
        }
        String name = "member " + memberId + " of group \"" + keys.group() + "\" in " + objects.name(keys.root())
                + objects.place();
        return new OwnMember(objects, key, name, holdings, first, applied.etag());
    }

    /**
     * A sign of life, and what is held.
     *
     * @throws SessionExpiredException when the session is over
     * @throws IOException when it is not known whether it arrived
     */
    synchronized void renew() throws IOException {
        ensureAlive();
        write(MemberValue.State.ALIVE);
    }

    /** Tells the others what is held, unless they know; where many changes come at once, one write tells of several. */
    void announce() throws IOException {
        long change = holdings.changes();
        synchronized (this) {
            if (told < change) {
                renew();
            }
        }
    }

    /**
     * Leaves: with nothing held at once, else when the TTL is over.
     *
     * @throws IOException when it is not known whether it arrived
     */
    synchronized void leave() throws IOException {
        if (left) {
            return;
        }
        left = true;
        if (holdings.tokens().isEmpty()) {
            objects.delete(key);
        } else if (!dead) {
            try {
                write(MemberValue.State.LEFT);
            } catch (SessionExpiredException e) {
                // Dead is more than left.
            }
        }
    }

    /** What was held when this left has been given back since. */
    void forget() throws IOException {
        objects.delete(key);
    }

    boolean hasLeft() {
        return left;
    }

    boolean isAlive() {
        return !left && !dead;
    }

    void ensureAlive() throws SessionExpiredException {
        if (!isAlive()) {
            throw new SessionExpiredException(name
                    + (left ? " has left" : " was declared dead: it was silent for " + last.ttl())
                    + "; it has to join again");
        }
    }

    private void write(MemberValue.State state) throws IOException {
        // Twice, because an earlier one of ours may have come in between.
        for (int attempt = 0; attempt < 2; attempt++) {
            long change = holdings.changes();
            last = new MemberValue(state, last.sequence() + 1, last.ttl(), last.subscription(), holdings.tokens());
            Written written;
            try {
                written = objects.write(key, last.toJson(), etag);
            } catch (IOException e) {
                unanswered.add(last);
                throw e;
            }
            if (written instanceof Written.Applied applied) {
                saw(applied.etag());
                told = change;
                return;
            }
            StoredObject found = ((Written.Refused) written).found();
            if (found == null || !unanswered.contains(MemberValue.of(found, last.ttl()))) {
                dead = true;
                ensureAlive();
                throw new SessionExpiredException(name + " was declared dead; it has to join again");
            }
            saw(found.etag());
        }
        throw new IOException(name + " was written by requests thought lost; renew again");
    }

    private void saw(String newEtag) {
        etag = newEtag;
        // They were all to replace what is gone now.
        unanswered.clear();
    }
}
