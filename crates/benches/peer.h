/* What the peers in C share: the works, the images, random numbers, the second layer, and what is talked over stdin and stdout. The text
 * of `frameworks.py` says what the works are. A peer includes this file and calls `serve`.
 *
 * Weights of the first layer lie by pixel, so that a lit pixel adds, or changes, one contiguous run of H numbers.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALIGNED __attribute__((aligned(64)))
#define INLINE static inline __attribute__((always_inline))

enum { PIXELS = 784, CLASSES = 10, MOST_HIDDEN = 784, MOST_BATCH = 32, MOST_EPOCHS = 60 };

struct images {
    int count;
    uint8_t *labels;
    uint8_t *bytes; /* PIXELS of each image */
};

struct work {
    const char *name;
    int images, batch, hidden;
    float eta, mu;
    int shuffled;
    double goal;
};

struct peer {
    const char *versions;                                  /* of its libraries, as JSON: ", \"name\": \"version\"" */
    void (*prepare)(void);                                 /* once the images are read */
    void (*update)(const int *batch, const struct work *); /* one update from some images */
    int least_batch;                                       /* the fewest images that `update` takes */
    int (*correct)(int hidden);                            /* how many test images are classified correctly */
    void (*dense)(void);                                   /* W6 once, or 0 */
};

static const struct work WORKS[] = {
    {"W1", 1000, 1, 128, 0.1f, 0, 0, 0},      {"W1b", 1000, 1, 784, 0.1f, 0, 0, 0},
    {"W2", 60000, 32, 128, 1.0f, 0, 1, 0},    {"W5", 1000, 10, 128, 0.05f, 0.9f, 0, 0},
    {"T85", 1000, 10, 128, 1.0f, 0, 1, 0.85}, {"T97", 60000, 32, 128, 2.0f, 0, 1, 0.97},
};

static float ALIGNED w1[PIXELS * MOST_HIDDEN], v1[PIXELS * MOST_HIDDEN], b1[MOST_HIDDEN], vb1[MOST_HIDDEN];
static float ALIGNED w2[CLASSES * MOST_HIDDEN], v2[CLASSES * MOST_HIDDEN], b2[CLASSES], vb2[CLASSES];
static float ALIGNED h[MOST_BATCH][MOST_HIDDEN], d1[MOST_BATCH][MOST_HIDDEN], o[CLASSES], d2[MOST_BATCH][CLASSES];
static struct images train, test;
static int order[60000];
static uint64_t state;

static uint64_t random_bits(void) { /* xorshift64 */
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

static double uniform(void) { return ((random_bits() >> 11) + 0.5) / 9007199254740992.0; }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* The outputs from the hidden units of image i of the batch, in o. */
INLINE void outputs(int i, int H) {
    for (int k = 0; k < CLASSES; k++) {
        float sum = b2[k];
        for (int j = 0; j < H; j++) sum += w2[k * H + j] * h[i][j];
        o[k] = 1 / (1 + expf(-sum));
    }
}

/* The errors of both layers for image i of the batch, from its outputs. */
INLINE void errors(int i, int label, int H) {
    float back[MOST_HIDDEN];
    memset(back, 0, H * sizeof *back);
    for (int k = 0; k < CLASSES; k++) {
        d2[i][k] = (o[k] - (label == k)) * o[k] * (1 - o[k]);
        for (int j = 0; j < H; j++) back[j] += w2[k * H + j] * d2[i][k];
    }
    for (int j = 0; j < H; j++) d1[i][j] = back[j] * h[i][j] * (1 - h[i][j]);
}

/* Adds `step` times the gradient of image i to what takes it: biases, and the weights of the second layer. */
INLINE void add_gradient(int i, int H, float step, float *to2, float *tob1, float *tob2) {
    for (int k = 0; k < CLASSES; k++) {
        tob2[k] += step * d2[i][k];
        for (int j = 0; j < H; j++) to2[k * H + j] += step * d2[i][k] * h[i][j];
    }
    for (int j = 0; j < H; j++) tob1[j] += step * d1[i][j];
}

/* The steps from the velocities, and their decay before the next gradient: each weight and velocity is touched once. */
INLINE void step_by_velocity(int H, float eta, float mu) {
    for (int j = 0; j < PIXELS * H; j++) w1[j] -= eta * v1[j], v1[j] *= mu;
    for (int j = 0; j < CLASSES * H; j++) w2[j] -= eta * v2[j], v2[j] *= mu;
    for (int j = 0; j < H; j++) b1[j] -= eta * vb1[j], vb1[j] *= mu;
    for (int k = 0; k < CLASSES; k++) b2[k] -= eta * vb2[k], vb2[k] *= mu;
}

static int largest(void) {
    int best = 0;
    for (int k = 1; k < CLASSES; k++)
        if (o[k] > o[best]) best = k;
    return best;
}

static void epoch(const struct peer *peer, const struct work *work) {
    for (int i = 0; work->shuffled && i < work->images; i++) {
        int j = i + random_bits() % (work->images - i), swapped = order[i];
        order[i] = order[j], order[j] = swapped;
    }
    for (int at = 0; at < work->images; at += work->batch) peer->update(order + at, work);
}

static void normal_weights(float *w, int count, int inputs) {
    for (int i = 0; i < count; i++) w[i] = sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform()) / sqrt(inputs);
}

static void start(int hidden, int images, uint64_t seed) {
    state = seed * 0x9e3779b97f4a7c15u + 1;
    normal_weights(w1, PIXELS * hidden, PIXELS);
    normal_weights(w2, CLASSES * hidden, hidden);
    memset(b1, 0, sizeof b1), memset(b2, 0, sizeof b2);
    memset(v1, 0, sizeof v1), memset(v2, 0, sizeof v2), memset(vb1, 0, sizeof vb1), memset(vb2, 0, sizeof vb2);
    for (int i = 0; i < images; i++) order[i] = i;
}

/* An IDX file's bytes after its header: plain or .gz, `x-idx3` or `x.idx3`. */
static uint8_t *read_idx(const char *folder, const char *before, const char *after, int header, long count) {
    uint8_t *bytes = malloc(header + count);
    const char *forms[] = {"cat '%s/%s-%s' 2>/dev/null", "cat '%s/%s.%s' 2>/dev/null", "gzip -dc '%s/%s-%s.gz' 2>/dev/null",
                           "gzip -dc '%s/%s.%s.gz' 2>/dev/null"};
    for (int form = 0; form < 4; form++) {
        char command[4096];
        snprintf(command, sizeof command, forms[form], folder, before, after);
        FILE *file = popen(command, "r");
        size_t got = fread(bytes, 1, header + count, file);
        pclose(file);
        if (got == (size_t)(header + count)) return bytes + header;
    }
    fprintf(stderr, "%s has no %s-%s (plain or .gz)\n", folder, before, after);
    exit(1);
}

static struct images read_images(const char *folder, const char *which, int count) {
    char images[64], labels[64];
    snprintf(images, sizeof images, "%s-images", which), snprintf(labels, sizeof labels, "%s-labels", which);
    return (struct images){count, read_idx(folder, labels, "idx1-ubyte", 8, count),
                           read_idx(folder, images, "idx3-ubyte", 16, (long)count * PIXELS)};
}

static const struct work *named(const char *name) {
    for (size_t i = 0; i < sizeof WORKS / sizeof *WORKS; i++)
        if (!strcmp(WORKS[i].name, name)) return &WORKS[i];
    return 0;
}

static int serve(int argc, char **argv, const struct peer *peer) {
    const char *folder = "data";
    for (int i = 1; i + 1 < argc; i += 2)
        if (!strcmp(argv[i], "--mnist")) folder = argv[i + 1];
    train = read_images(folder, "train", 60000), test = read_images(folder, "t10k", 10000);
    peer->prepare();
    printf("{\"ready\": true, \"versions\": {\"gcc\": \"%s\"%s}}\n", __VERSION__, peer->versions), fflush(stdout);
    char line[256], first[64], second[64];
    while (fgets(line, sizeof line, stdin)) {
        double third = 1;
        if (sscanf(line, "%63s %63s %lf", first, second, &third) < 2) continue;
        int accuracy = !strcmp(first, "accuracy");
        const char *name = accuracy ? second : first;
        const struct work *work = named(name);
        int dense = !strcmp(name, "W6") && peer->dense;
        if (work ? work->batch < peer->least_batch : strcmp(name, "W3") && !dense) {
            printf("{\"work\": \"%s\", \"unsupported\": \"\"}\n", name);
        } else if (accuracy && work) {
            double seconds = 0, share = 0;
            int epochs = 0;
            start(work->hidden, work->images, (uint64_t)third);
            do {
                double from = now();
                epoch(peer, work), seconds += now() - from, epochs++;
                share = peer->correct(work->hidden) / (double)test.count;
            } while (share < work->goal && epochs < MOST_EPOCHS);
            printf("{\"work\": \"%s\", \"seconds\": %.9g, \"accuracy\": %.9g, \"epochs\": %d}\n", name, seconds, share, epochs);
        } else {
            long passes = -1; /* the first is not timed */
            double least = atof(second), from = 0;
            start(work ? work->hidden : 128, work ? work->images : 0, 1);
            do {
                work ? epoch(peer, work) : dense ? peer->dense() : (void)peer->correct(128);
                if (++passes == 0) from = now();
            } while (!passes || now() - from < least);
            double seconds = now() - from;
            long units = work && strcmp(name, "W2") ? passes * (work->images / work->batch) : passes;
            printf("{\"work\": \"%s\", \"seconds_per_unit\": %.9g, \"units\": %ld}\n", name, seconds / units, units);
        }
        fflush(stdout);
    }
    return 0;
}
