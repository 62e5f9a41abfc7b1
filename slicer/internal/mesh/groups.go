package mesh

// groups is a disjoint-set forest with parity: each entry is parent<<1, plus 1
// where the member lies the other way round than its parent. It holds up to
// 2^31 members in four bytes each.
type groups []uint32

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = uint32(i) << 1
	}
	return g
}

// find returns x's root and whether x lies the other way round than it.
func (g groups) find(x uint32) (root, parity uint32) {
	for {
		p := g[x]
		if p>>1 == x {
			return x, parity
		}
		up := g[p>>1] ^ p&1
		g[x] = up
		parity ^= up & 1
		x = up >> 1
	}
}

// join puts a and b into one group, b the other way round than a if turned is 1.
// The lower root stays, so a group's root is its lowest member.
func (g groups) join(a, b, turned uint32) {
	ra, pa := g.find(a)
	rb, pb := g.find(b)
	if ra == rb {
		return
	}
	if ra > rb {
		ra, rb = rb, ra
	}
	g[rb] = ra<<1 | (pa ^ pb ^ turned)
}

func (g groups) count() int {
	n := 0
	for i, p := range g {
		if p>>1 == uint32(i) {
			n++
		}
	}
	return n
}

// number turns every entry into its group's number<<1 | parity, groups being
// numbered from zero in order of their lowest member, and returns their count.
// find and join are void afterwards.
func (g groups) number() int {
	for i := range g {
		root, parity := g.find(uint32(i))
		g[i] = root<<1 | parity
	}
	n := uint32(0)
	for i := range g {
		if root := g[i] >> 1; root == uint32(i) {
			g[i] = n << 1
			n++
		} else {
			g[i] = g[root]&^1 | g[i]&1
		}
	}
	return int(n)
}
