// Checks logs that Glasshouse wrote with Go's own transparency-log packages (the ones that check Go's module
// database). Only reading files and splitting entry tiles is done here; hashing, proofs and signatures are theirs.
//
//	verifier accept FOLDER...             each folder holds, and each one before it grew into it
//	verifier reject FOLDER OLD            must not hold: OLD's checkpoint is of another history
//	verifier mutate COUNT SEED FOLDER...  COUNT damaged copies (in memory); all must be rejected
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// folder reads a log's files; one of them may be replaced by damaged bytes.
type folder struct {
	dir     string
	damaged string
	bytes   []byte
}

func (f *folder) read(path string) ([]byte, error) {
	if path == f.damaged {
		return f.bytes, nil
	}
	return os.ReadFile(filepath.Join(f.dir, path))
}

func (f *folder) Height() int                         { return tileHeight }
func (f *folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(ourPath(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// ourPath turns sumdb's "tile/8/0/000" and "tile/8/data/000" into tlog-tiles' "tile/0/000" and "tile/entries/000".
func ourPath(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// witness verifies cosignature/v1 (key type 4), which Debian's x/mod does not know: time, then Ed25519.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

func newWitness(vkey string) (witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return witness{}, errors.New("bad witness key")
	}
	typed, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(typed) != 33 || typed[0] != 4 {
		return witness{}, errors.New("bad witness key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return witness{}, errors.New("the witness key's id does not fit")
	}
	return witness{parts[0], hash, ed25519.PublicKey(typed[1:])}, nil
}

// rule is whom we believe: the log's own key, and so many of these witnesses, each by name and hash.
type rule struct {
	log       note.Verifier
	witnesses []witness
	quorum    int
}

func openCheckpoint(message []byte, who rule) (tlog.Tree, error) {
	var tree tlog.Tree
	key := who.log
	known := []note.Verifier{key}
	for _, w := range who.witnesses {
		known = append(known, w)
	}
	opened, err := note.Open(message, note.VerifierList(known...))
	if err != nil {
		return tree, err
	}
	// A note opens when any known key signed it: insist on the log's own, by name and hash, on the quorum, and on the
	// one spelling.
	byLog, byWitness := 0, map[uint32]bool{}
	for _, sig := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return tree, err
		}
		if sig.Name == key.Name() && sig.Hash == key.KeyHash() {
			byLog++
			continue
		}
		for _, w := range who.witnesses {
			if sig.Name == w.name && sig.Hash == w.hash {
				byWitness[w.hash] = true
			}
		}
	}
	if byLog != 1 || len(byWitness) < who.quorum || len(opened.UnverifiedSigs) != 0 {
		return tree, errors.New("not signed by the log's own key and the quorum of witnesses")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != key.Name() {
		return tree, errors.New("not a checkpoint of this log")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 {
		return tree, errors.New("bad size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, errors.New("bad root")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// emptyRoot is SHA-256 of nothing (RFC 6962); tlog.TreeHash has no opinion on empty trees.
var emptyRoot = tlog.Hash{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}

func entriesOf(f *folder, tile int64, width int) ([][]byte, error) {
	data, err := f.read(ourPath(tlog.Tile{H: tileHeight, L: -1, N: tile, W: width}))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("entry tile ends too early")
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(entries) != width {
		return nil, errors.New("entry tile has the wrong number of entries")
	}
	return entries, nil
}

func checkLeaves(f *folder, tree tlog.Tree, reader tlog.HashReader) error {
	for tile := int64(0); tile*256 < tree.N; tile++ {
		width := int64(256)
		if tree.N-tile*256 < width {
			width = tree.N - tile*256
		}
		entries, err := entriesOf(f, tile, int(width))
		if err != nil {
			return err
		}
		var indexes []int64
		for i := int64(0); i < width; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, tile*256+i))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				return fmt.Errorf("entry %d is not the one in the tree", tile*256+int64(i))
			}
		}
	}
	return nil
}

func checkInclusion(tree tlog.Tree, reader tlog.HashReader) error {
	step := tree.N/40 + 1
	for i := int64(0); i < tree.N; i += step {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, hashes[0]); err != nil {
			return err
		}
	}
	return nil
}

func checkGrowth(old, tree tlog.Tree, reader tlog.HashReader) error {
	if old.N == 0 {
		if old.Hash != emptyRoot {
			return errors.New("the empty tree has another root")
		}
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// verify checks everything that an outsider can: the signatures, the root, every entry, inclusion and growth.
func verify(f *folder, key rule, olds [][]byte) error {
	message, err := f.read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(message, key)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, f)
	root := emptyRoot
	if tree.N > 0 {
		if root, err = tlog.TreeHash(tree.N, reader); err != nil {
			return err
		}
	}
	if root != tree.Hash {
		return errors.New("the tiles give another root")
	}
	if err := checkLeaves(f, tree, reader); err != nil {
		return err
	}
	if err := checkInclusion(tree, reader); err != nil {
		return err
	}
	own, err := f.read("checkpoint.old")
	if err != nil {
		return err
	}
	for _, message := range append([][]byte{own}, olds...) {
		old, err := openCheckpoint(message, key)
		if err != nil {
			return err
		}
		if err := checkGrowth(old, tree, reader); err != nil {
			return err
		}
	}
	return nil
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "verifier:", err)
		os.Exit(1)
	}
}

func keyOf(dir string) rule {
	line, err := os.ReadFile(filepath.Join(dir, "log.vkey"))
	must(err)
	key, err := note.NewVerifier(strings.TrimSuffix(string(line), "\n"))
	must(err)
	who := rule{log: key}
	if keys, err := os.ReadFile(filepath.Join(dir, "witness.vkey")); err == nil {
		for _, line := range strings.Split(strings.TrimSuffix(string(keys), "\n"), "\n") {
			w, err := newWitness(line)
			must(err)
			who.witnesses = append(who.witnesses, w)
		}
		who.quorum = len(who.witnesses)
	}
	return who
}

func checkpointOf(dir string) []byte {
	message, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	return message
}

func accept(dirs []string) {
	var olds [][]byte
	for _, dir := range dirs {
		if err := verify(&folder{dir: dir}, keyOf(dir), olds); err != nil {
			must(fmt.Errorf("%s: %w", dir, err))
		}
		olds = append(olds, checkpointOf(dir))
	}
	fmt.Printf("accepted %d logs\n", len(dirs))
}

func filesOf(dir string) []string {
	var files []string
	must(filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && !strings.HasSuffix(info.Name(), ".vkey") && info.Name() != "witness.policy" {
			relative, _ := filepath.Rel(dir, path)
			files = append(files, relative)
		}
		return err
	}))
	return files
}

func damage(random *rand.Rand, data []byte) ([]byte, string) {
	at := random.Intn(len(data))
	switch random.Intn(3) {
	case 0:
		changed := append([]byte{}, data...)
		changed[at] ^= 1 << random.Intn(8)
		return changed, "bit flipped"
	case 1:
		return append([]byte{}, data[:at]...), "cut short"
	}
	changed := append([]byte{}, data[:at+1]...)
	return append(changed, data[at:]...), "byte doubled"
}

func mutate(count int, seed int64, dirs []string) {
	random := rand.New(rand.NewSource(seed))
	kinds := map[string]int{}
	accepted := 0
	for i := 0; i < count; i++ {
		// Checkpoints are 2 of a small log's 5 files; the large logs' many tiles are taken once in a while.
		dir := dirs[random.Intn(len(dirs)-1)]
		if i%50 == 0 {
			dir = dirs[len(dirs)-1]
		}
		files := filesOf(dir)
		path := files[random.Intn(len(files))]
		data, err := os.ReadFile(filepath.Join(dir, path))
		must(err)
		changed, kind := damage(random, data)
		if verify(&folder{dir: dir, damaged: path, bytes: changed}, keyOf(dir), nil) == nil {
			fmt.Fprintf(os.Stderr, "verifier: accepted a damaged log: %s/%s, %s (mutation %d of seed %d)\n", dir, path, kind, i, seed)
			accepted++
		}
		kinds[kind]++
	}
	fmt.Printf("tried %d mutations, accepted %d: %v\n", count, accepted, kinds)
	if accepted > 0 {
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) < 3 {
		must(errors.New("usage: verifier accept|reject|mutate ..."))
	}
	switch os.Args[1] {
	case "accept":
		accept(os.Args[2:])
	case "reject":
		dir := os.Args[2]
		must(verify(&folder{dir: dir}, keyOf(dir), nil))
		if verify(&folder{dir: dir}, keyOf(dir), [][]byte{checkpointOf(os.Args[3])}) == nil {
			must(errors.New("accepted a split view"))
		}
		fmt.Println("rejected a split view")
	case "mutate":
		count, err := strconv.Atoi(os.Args[2])
		must(err)
		seed, err := strconv.ParseInt(os.Args[3], 10, 64)
		must(err)
		mutate(count, seed, os.Args[4:])
	default:
		must(errors.New("unknown command " + os.Args[1]))
	}
}
