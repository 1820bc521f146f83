package io.memflow.os.windows.symbol;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes nothing of an answer's body, however long it is. Confined to one answer. */
final class UnreadBody<T> implements BodySubscriber<T> {
    private final CompletableFuture<T> body = new CompletableFuture<>();

    /** A body that stands for something else. */
    UnreadBody(T instead) {
        body.complete(instead);
    }

    /** A body that is an error. */
    UnreadBody(IOException error) {
        body.completeExceptionally(error);
    }

    @Override
    public CompletionStage<T> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        // Nothing was asked for.
    }

    @Override
    public void onError(Throwable throwable) {
        // The body is known already.
    }

    @Override
    public void onComplete() {
        // The body is known already.
    }
}
