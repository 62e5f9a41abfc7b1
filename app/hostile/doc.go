// Package hostile proves that one visitor cannot stop the shop: it starts the real program, does to it what can be done with
// a laptop, one thing after another, and meanwhile a customer uploads, slices, orders and pays, Stripe's message arrives,
// and the owner logs in and sells at the counter. Where the tunnel names visitors' addresses the customer notices nothing;
// without a tunnel nobody can be told apart, and the shop promises this to staff and Stripe only. At last it is killed amid
// what the attacks left, and the next sale is made.
//
// It is short by itself and long with SOAK=1 (make soak), as are the other tests that prove what the shop promises. They
// are, with their figures by themselves and in the long form:
//
//	power goes under load        apptest  TestKilledUnderLoad                              25 kills       1 000
//	power goes at a write        apptest  TestKilledAtEachWrite                            each fifth     each
//	Stripe's messages: storm     card     TestWebhookStormSettlesEachOrderOnce             10 000         100 000
//	the same through kills       apptest  TestStormOfMessagesThroughKills                  10 kills       100
//	death between Stripe and us  card     TestCrashBetweenStripeAndCommitKeepsOneSession   210 deaths     210
//	requests within requests     api      TestMutatedRequestsAreNotSmuggled                10 000         10 000
//	the same at the real door    hostile  TestNothingIsSmuggledThroughTheRealDoor          1 000          10 000
//	slow connections             hostile  TestSlowConnectionsKeepNobodyWaiting             500 for 5 s    500 for 60 s
//	a clock that jumps           apptest  TestAClockThatJumpsDeletesNothing                3 jumps        3
//	clocks that are changed      apptest  TestTheScheduleRunsThroughChangedClocksAndPanics 4 zones        4
//	guesses at passwords         hostile  TestFewGuessesAreLookedAt                        1 000          10 000
//	quota: promised bytes        api      TestPromisedBytesShutOutNobody                   278 uploads    278
//	quota: shares of an address  db       TestVisitorsHaveShares                           its share      its share
//	quota: shares of a network   db       TestNetworksHaveShares                           2 to 4 shares  2 to 4 shares
//	quota: meshes and G-code     db       TestMeshesAndGCodeCount                          all bytes      all bytes
//	inspection in turn           apptest  TestCostlyFilesDelayNobodyElse                   20 x alone     20 x alone
//	parts a cart                 cart     TestACartHasFiftyParts                           50 parts       50 parts
//	fairness by address          apptest  TestManyCartsAreOneVisitor                       60 carts       60 carts
//	pools: staff's and others'   api      TestCustomersBuyWhileAllStreamsAreHeld           100 streams    100 streams
//	pools: tabs of a login       api      TestSixTabsOfOneLogin                            6 tabs         6 tabs
//	pools: an address at a door  api      TestIdleConnectionsShutNobodyOutOfTheShop        32 idle        32 idle
//
// Some of what one visitor can do has a test of its own, which runs alone, not beside the customer of this package: an engine
// that was taken over has to be a stand-in, which slices for nobody; a disk can be full only where it is the test's own, which
// takes a file system of a child's; and a slice is long only after a minute, which a test passes on a clock of its own, or with
// a process that never ends.
//
//	a hostile engine             slicer/internal/engine  TestHostileEngine                 all it tries   all it tries
//	the child that starts it     slicer/internal/engine  TestHostileChild                  all it tries   all it tries
//	a full disk                  order    TestAFullDisk                                    40 MB          40 MB
//	a shop started on one        order    TestTheShopGoesOnOnAFullDisk                     256 MiB        256 MiB
//	two long slices              slicer   TestQueueLongWorkLeavesAWorker                   2 workers      2 workers
//	one long slice, one worker   slicer   TestLongSliceIsStopped                           1 process      1 process
//	orphans after a crash        file     TestTheSweepAtStart                              the next start the next start
package hostile
