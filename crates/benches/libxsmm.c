/* Dense products by libxsmm, which compiles a kernel for each shape when it starts: the quickest way there is to multiply the zeros too.
 * For `frameworks.py`, where libxsmm is installed. One thread; W6 takes as many as OMP_NUM_THREADS.
 *
 *     gcc -O2 -ftree-vectorize -march=native -ffast-math -fopenmp libxsmm.c -lxsmm -lxsmmnoblas -lpthread -ldl -lm -lrt
 *
 * All matrices lie column by column. A batch is a matrix of pixels x images; its transposed copy makes the gradient a product that the
 * kernels know.
 */
#include "peer.h"
#include <libxsmm.h>

enum { TEST_AT_ONCE = 100, UNITS = 1200, EXAMPLES = 128, ROWS = 240, COLUMNS = 128, TERMS = 120 };

static float *train_values, *test_values;
static float ALIGNED x[MOST_BATCH * PIXELS], transposed[PIXELS * MOST_BATCH], scaled[MOST_BATCH * MOST_HIDDEN];
static float ALIGNED many[TEST_AT_ONCE * MOST_HIDDEN];

static float *values(const struct images *images) {
    float *levels = libxsmm_aligned_malloc((long)images->count * PIXELS * sizeof(float), 64);
    for (long i = 0; i < (long)images->count * PIXELS; i++) levels[i] = images->bytes[i] / 255.0f;
    return levels;
}

static void prepare(void) { libxsmm_init(), train_values = values(&train), test_values = values(&test); }

/* C += A B, for A of m x k with columns `lda` apart, B of k x n, and C of m x n. */
static void add_product(int m, int n, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
    float one = 1;
    libxsmm_smmfunction kernel = libxsmm_smmdispatch(m, n, k, &lda, &ldb, &ldc, &one, &one, NULL, NULL); /* compiled once */
    if (!kernel) exit(1);
    kernel(a, b, c);
}

/* The hidden units of B images, in columns `MOST_HIDDEN` apart. */
INLINE void hidden_units(const float *images, float *to, int B, int H) {
    for (int i = 0; i < B; i++) memcpy(to + i * MOST_HIDDEN, b1, H * sizeof *b1);
    add_product(H, B, PIXELS, w1, H, images, PIXELS, to, MOST_HIDDEN);
    for (int i = 0; i < B; i++)
        for (int j = 0; j < H; j++) to[i * MOST_HIDDEN + j] = 1 / (1 + expf(-to[i * MOST_HIDDEN + j]));
}

INLINE void update_of(const int *batch, int B, int H, float eta, float mu) {
    float step = mu > 0 ? 1.0f / B : -eta / B;
    float *to1 = mu > 0 ? v1 : w1, *to2 = mu > 0 ? v2 : w2, *tob1 = mu > 0 ? vb1 : b1, *tob2 = mu > 0 ? vb2 : b2;
    for (int i = 0; i < B; i++) memcpy(x + i * PIXELS, train_values + (long)batch[i] * PIXELS, PIXELS * sizeof *x);
    hidden_units(x, h[0], B, H);
    for (int i = 0; i < B; i++) outputs(i, H), errors(i, train.labels[batch[i]], H);
    for (int i = 0; i < B; i++) add_gradient(i, H, step, to2, tob1, tob2);
    for (int i = 0; i < B; i++)
        for (int j = 0; j < H; j++) scaled[i * H + j] = step * d1[i][j];
    libxsmm_otrans(transposed, x, sizeof *x, PIXELS, B, PIXELS, B);
    add_product(H, PIXELS, B, scaled, H, transposed, B, to1, H);
    if (mu > 0) step_by_velocity(H, eta, mu);
}

static void update(const int *batch, const struct work *work) {
    if (work->mu > 0) update_of(batch, work->batch, 128, work->eta, work->mu);
    else update_of(batch, work->batch, 128, work->eta, 0);
}

static int correct(int hidden) {
    int correct = 0;
    for (int from = 0; from < test.count; from += TEST_AT_ONCE) {
        hidden_units(test_values + (long)from * PIXELS, many, TEST_AT_ONCE, hidden);
        for (int i = 0; i < TEST_AT_ONCE; i++) {
            memcpy(h[0], many + i * MOST_HIDDEN, hidden * sizeof *many);
            outputs(0, hidden);
            correct += largest() == test.labels[from + i];
        }
    }
    return correct;
}

/* C += A B, for matrices that fit no cache: tiles of A that do, shared out among the cores. */
static void add_large_product(int m, int n, int k, const float *a, const float *b, float *c) {
#pragma omp parallel for collapse(2)
    for (int column = 0; column < n; column += COLUMNS)
        for (int row = 0; row < m; row += ROWS)
            for (int term = 0; term < k; term += TERMS) {
                int rows = m - row < ROWS ? m - row : ROWS, terms = k - term < TERMS ? k - term : TERMS;
                int columns = n - column < COLUMNS ? n - column : COLUMNS;
                add_product(rows, columns, terms, a + (long)term * m + row, m, b + (long)column * k + term, k,
                            c + (long)column * m + row, m);
            }
}

static void dense(void) {
    static float ALIGNED w[UNITS * UNITS], b[UNITS], in[UNITS * EXAMPLES], d[UNITS * EXAMPLES], z[UNITS * EXAMPLES];
    static float ALIGNED across[UNITS * EXAMPLES], back[UNITS * EXAMPLES];
    static int is_made;
    if (!is_made) {
        normal_weights(w, UNITS * UNITS, UNITS), normal_weights(in, UNITS * EXAMPLES, UNITS), is_made = 1;
        for (int i = 0; i < UNITS * EXAMPLES; i++) d[i] = -1e-9f * in[i];
    }
    for (int i = 0; i < EXAMPLES; i++) memcpy(z + i * UNITS, b, sizeof b);
    add_large_product(UNITS, EXAMPLES, UNITS, w, in, z);
    libxsmm_otrans(across, d, sizeof *d, UNITS, EXAMPLES, UNITS, EXAMPLES);
    memset(back, 0, sizeof back);
    add_large_product(EXAMPLES, UNITS, UNITS, across, w, back); /* (W^T D)^T */
    libxsmm_otrans(across, in, sizeof *in, UNITS, EXAMPLES, UNITS, EXAMPLES);
    add_large_product(UNITS, UNITS, EXAMPLES, d, across, w);
}

int main(int argc, char **argv) {
    struct peer peer = {.versions = ", \"libxsmm\": \"" LIBXSMM_VERSION "\"", .prepare = prepare, .update = update,
                        .least_batch = 2, .correct = correct, .dense = dense};
    return serve(argc, argv, &peer);
}
