// verify_log checks a Glasshouse log over HTTP with the transparency-log packages of the Go project, which guard Go's own
// module database. Fetching files and splitting bundles of entries is done here; hashes, proofs and signatures are theirs.
//
//	go run verify_log.go https://the-town.example [FOLDER]
//
// FOLDER (default "seen") keeps the log's key and the checkpoint that was seen last. The first run takes the key as it is
// served: compare it with the one that the town printed elsewhere. Every later run refuses another key, and a log that
// is not the old one with lines added.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight     = 8
	tileWidth      = 1 << tileHeight
	mostBytesAFile = 64 << 20
)

type server struct{ url string }

func (s server) get(path string) ([]byte, error) {
	answer, err := http.Get(s.url + "/log/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, mostBytesAFile))
}

// Tiles as the Go packages ask for them: they check every byte against the signed root.
func (s server) Height() int                         { return tileHeight }
func (s server) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (s server) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := s.get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// openCheckpoint insists on the log's own signature: a note also opens when any other known key signed it.
func openCheckpoint(message []byte, key note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(message, note.VerifierList(key))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != 1 || opened.Sigs[0].Name != key.Name() || opened.Sigs[0].Hash != key.KeyHash() {
		return tree, errors.New("the log's own key did not sign it")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() || lines[3] != "" {
		return tree, errors.New("it is not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || tree.N < 0 {
		return tree, errors.New("its size is no number")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(tree.Hash) {
		return tree, errors.New("its root is no hash")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// entries are in bundles of 256, each behind its length in two bytes.
func (s server) bundle(number, count int64) ([][]byte, error) {
	width := count - number*tileWidth
	if width > tileWidth {
		width = tileWidth
	}
	path := tlog.Tile{H: tileHeight, L: -1, N: number, W: int(width)}.Path()
	data, err := s.get(strings.Replace(path, "tile/8/data/", "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		all = append(all, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || int64(len(all)) != width {
		return nil, fmt.Errorf("bundle %d does not hold %d entries", number, width)
	}
	return all, nil
}

// checkEntries hashes every entry and holds it against the tree under the signed root.
func (s server) checkEntries(tree tlog.Tree) error {
	hashes := tlog.TileHashReader(tree, s)
	for number := int64(0); number*tileWidth < tree.N; number++ {
		entries, err := s.bundle(number, tree.N)
		if err != nil {
			return err
		}
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, number*tileWidth+int64(i)))
		}
		wanted, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != wanted[i] {
				return fmt.Errorf("entry %d is not what the log committed to", number*tileWidth+int64(i))
			}
		}
	}
	return nil
}

// checkGrowth proves that the new tree is the old one with entries added.
func (s server) checkGrowth(old, now tlog.Tree) error {
	if old.N > now.N {
		return fmt.Errorf("the log shrank from %d to %d entries", old.N, now.N)
	}
	if old.N == 0 || old == now {
		return nil
	}
	proof, err := tlog.ProveTree(now.N, old.N, tlog.TileHashReader(now, s))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, now.N, now.Hash, old.N, old.Hash)
}

func check(url, folder string) error {
	s := server{strings.TrimSuffix(url, "/")}
	served, err := s.get("log.vkey")
	if err != nil {
		return err
	}
	keyFile, seenFile := filepath.Join(folder, "log.vkey"), filepath.Join(folder, "checkpoint")
	known, err := os.ReadFile(keyFile)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if known != nil && !bytes.Equal(known, served) {
		return errors.New("the log has another key than the last time")
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(served)))
	if err != nil {
		return err
	}
	message, err := s.get("checkpoint")
	if err != nil {
		return err
	}
	now, err := openCheckpoint(message, key)
	if err != nil {
		return fmt.Errorf("the checkpoint does not hold: %w", err)
	}
	if err := s.checkEntries(now); err != nil {
		return err
	}
	if seen, err := os.ReadFile(seenFile); err == nil {
		old, err := openCheckpoint(seen, key)
		if err != nil {
			return fmt.Errorf("the checkpoint kept in %s does not hold: %w", seenFile, err)
		}
		if err := s.checkGrowth(old, now); err != nil {
			return fmt.Errorf("this is not the log of the last time with lines added: %w", err)
		}
		fmt.Printf("Grown from %d to %d entries, none of the old ones changed.\n", old.N, now.N)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(keyFile, served, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(seenFile, message, 0o644); err != nil {
		return err
	}
	fmt.Printf("All %d entries of %s are under its signature.\nKey: %s\nRoot: %s\n", now.N, key.Name(),
		strings.TrimSpace(string(served)), now.Hash)
	return nil
}

func main() {
	folder := "seen"
	if len(os.Args) == 3 {
		folder = os.Args[2]
	} else if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: verify_log https://the-town.example [FOLDER]")
		os.Exit(2)
	}
	if err := check(os.Args[1], folder); err != nil {
		fmt.Fprintln(os.Stderr, "DOES NOT HOLD:", err)
		os.Exit(1)
	}
}
