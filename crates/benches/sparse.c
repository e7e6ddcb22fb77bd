/* Plain C that skips the pixels that are zero: the peer that knows the data best, for `frameworks.py`. One thread, no vector intrinsics;
 * the compiler does what it can with
 *
 *     gcc -O2 -ftree-vectorize -march=native -ffast-math sparse.c -lm
 *
 * or -O3: `frameworks.py` runs both. With gcc 12 and -O2 the forward pass is three times as fast.
 *
 * The lit pixels of every image are listed before the clock starts.
 */
#include "peer.h"

struct lists {
    int *first;      /* image i has the lit pixels first[i] .. first[i + 1] - 1 */
    uint16_t *pixel; /* which they are */
    float *level;    /* their grey levels, 0..1 */
};

static struct lists train_lists, test_lists;

static struct lists listed(const struct images *x) {
    struct lists lists = {malloc((x->count + 1) * sizeof(int)), malloc((long)x->count * PIXELS * sizeof(uint16_t)),
                          malloc((long)x->count * PIXELS * sizeof(float))};
    int lit = 0;
    for (int i = 0; i < x->count; i++) {
        lists.first[i] = lit;
        for (int p = 0; p < PIXELS; p++)
            if (x->bytes[i * PIXELS + p]) lists.pixel[lit] = p, lists.level[lit++] = x->bytes[i * PIXELS + p] / 255.0f;
    }
    lists.first[x->count] = lit;
    return lists;
}

static void prepare(void) { train_lists = listed(&train), test_lists = listed(&test); }

/* The hidden units and outputs for an image, which is number i of the batch. */
INLINE void forward(const struct lists *x, int image, int i, int H) {
    float z[MOST_HIDDEN];
    memcpy(z, b1, H * sizeof *z);
    for (int lit = x->first[image]; lit < x->first[image + 1]; lit++)
        for (int j = 0; j < H; j++) z[j] += x->level[lit] * w1[x->pixel[lit] * H + j];
    for (int j = 0; j < H; j++) h[i][j] = 1 / (1 + expf(-z[j]));
    outputs(i, H);
}

/* One update from a batch. Without momentum the weights themselves take the steps, and only where a pixel is lit. */
INLINE void update_of(const int *batch, int B, int H, float eta, float mu) {
    float step = mu > 0 ? 1.0f / B : -eta / B;
    float *to1 = mu > 0 ? v1 : w1, *to2 = mu > 0 ? v2 : w2, *tob1 = mu > 0 ? vb1 : b1, *tob2 = mu > 0 ? vb2 : b2;
    for (int i = 0; i < B; i++) {
        forward(&train_lists, batch[i], i, H);
        errors(i, train.labels[batch[i]], H);
    }
    for (int i = 0; i < B; i++) {
        add_gradient(i, H, step, to2, tob1, tob2);
        for (int lit = train_lists.first[batch[i]]; lit < train_lists.first[batch[i] + 1]; lit++)
            for (int j = 0; j < H; j++) to1[train_lists.pixel[lit] * H + j] += step * train_lists.level[lit] * d1[i][j];
    }
    if (mu > 0) step_by_velocity(H, eta, mu);
}

/* The shapes as constants: the compiler lays the loops out for each. */
static void update(const int *batch, const struct work *work) {
    if (work->hidden == 784) update_of(batch, 1, 784, work->eta, 0);
    else if (work->batch == 1) update_of(batch, 1, 128, work->eta, 0);
    else if (work->mu > 0) update_of(batch, work->batch, 128, work->eta, work->mu);
    else update_of(batch, work->batch, 128, work->eta, 0);
}

static int correct(int hidden) {
    int correct = 0;
    for (int i = 0; i < test.count; i++) {
        hidden == 784 ? forward(&test_lists, i, 0, 784) : forward(&test_lists, i, 0, 128);
        correct += largest() == test.labels[i];
    }
    return correct;
}

int main(int argc, char **argv) {
    return serve(argc, argv, &(struct peer){.versions = "", .prepare = prepare, .update = update, .least_batch = 1, .correct = correct});
}
