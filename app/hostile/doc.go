// a laptop, one thing after another, and meanwhile a customer uploads, slices, orders and pays, Stripe's message arrives,
// and the owner logs in and sells at the counter. Where the tunnel names visitors' addresses the customer notices nothing;
// without a tunnel nobody can be told apart, and the shop promises this to staff and Stripe only.
//
// It is short by itself and long with SOAK=1 (make soak), as are the other tests that prove what the shop promises. They
// are, with their figures by themselves and in the long form:
//
//	power goes under load        apptest  TestKilledUnderLoad                              50 kills       1 000
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
package hostile
