/*
 * Managers that share one directory: leases, fences, successions, turns, intents. A model for spin.
 *
 * What is modelled, what is assumed and what each mutant shows: docs/cooperation-model.md. To run it:
 *   tests/model/check_cooperation.py            # the protocol in each setting, and every mutant
 *   tests/model/check_cooperation.py NO_FENCE   # one of them, with the steps that lead to the error
 *
 * A manager is a host's vcycled; an incarnation is one life of it, here a number. Sets of incarnations or of
 * machines are bytes with a bit for each. A statement, an atomic or a d_step block is one step; a manager may
 * crash between any two. To read the directory and to make a file in it are separate steps; each is one.
 *
 * Time is abstract. The fence of an incarnation closes at any moment, for good. From then on, and not before,
 * others may take it for dead, at once or late; until then each of them may still count it as living. That
 * nobody takes it for dead before is the margin between 0.6 and 0.75 of a lease. The look at the fence and the
 * deed that it guards are one step: the margin also bounds how long a deed may take to begin.
 */
#ifndef MANAGERS
#define MANAGERS 3
#endif
#ifndef FAULTS
#define FAULTS 1      /* crashes, pauses and clean leaves together */
#endif
#ifndef RESTARTS
#define RESTARTS 1    /* of managers that crashed or left */
#endif
#ifndef LIMIT
#define LIMIT 2       /* of VMs in the space */
#endif
#ifndef VMS
#define VMS 1         /* that exist in the beginning; with UNKNOWN the first of them has no record yet */
#endif
#ifndef MACHINES
#define MACHINES 3    /* names that there are for VMs, at most 4 */
#endif
#ifndef DELETIONS
#define DELETIONS 0
#endif
#define INCARNATIONS (MANAGERS + FAULTS + RESTARTS)   /* at most 8 */
#define NOBODY 255

#define BIT(i) (1 << (i))
#define HAS(set, i) (((set) >> (i)) & 1)
#define COUNT(set) (HAS(set, 0) + HAS(set, 1) + HAS(set, 2) + HAS(set, 3))

/* Incarnations. */
byte begun = 0;              /* how many have begun */
byte published = 0;          /* have a lease in the directory */
byte opened = 0;             /* their fence is open */
byte ended = 0;              /* have a succession */
byte heirs[INCARNATIONS];    /* of those that have ended */
byte home[INCARNATIONS];     /* the manager whose life it is */

/* Managers. */
byte alive = 0;              /* the process exists; it may sleep */
byte current[MANAGERS];      /* its incarnation */
byte victim[MANAGERS];       /* whom it is about to end, or NOBODY */
byte ender[MANAGERS];        /* the incarnation as which it does so */
byte followers[MANAGERS];    /* the heirs that it has chosen */

/* Machines of the one space. */
byte cloud = BIT(VMS) - 1;   /* the VMs that exist */
byte flying = 0;             /* creations that were asked for and did not arrive yet */
byte held = 0;               /* have a record: an intent, or more */
byte named = VMS;            /* how many names are used up */
byte origin[4];              /* the incarnation in the record */
byte owner[4];               /* what follows from origin, ended and heirs: see find_owner */

/* Turns. The files of all turns but the last are removed. */
byte turn = 0;               /* the highest number */
byte holder = NOBODY;
bool given_back = true;

byte faults = FAULTS;
byte restarts = RESTARTS;
byte deletions = DELETIONS;

/* What must hold, each where it is looked at. */
hidden byte I1_the_limit_holds, I2_only_the_owner_acts, I2_who_ended_does_nothing;
hidden byte I4_no_cycle_is_stuck, I4_every_vm_has_a_record, I4_every_intent_was_settled, I4_the_owner_lives;
#define CHECK(invariant, condition) invariant = (condition); assert(invariant)
#ifdef ONLY_I1
#define CHECK_MORE(invariant, condition) invariant = true
#else
#define CHECK_MORE(invariant, condition) CHECK(invariant, condition)
#endif

hidden byte i, j, m, level, below, looked, who;   /* within one step */

/* What the mutants break. */
#if defined(NO_FENCE)
#define FENCE_IS_OPEN(incarnation) true
#elif defined(FENCE_OF_MANAGER)
#define FENCE_IS_OPEN(incarnation) HAS(opened, current[p])
#else
#define FENCE_IS_OPEN(incarnation) HAS(opened, incarnation)
#endif

#ifdef NO_EXCLUSIVE
#define CAN_END(incarnation) true
#else
#define CAN_END(incarnation) (!HAS(ended, incarnation))
#endif

#ifdef FORGET_EARLY
#define CANNOT_ARRIVE 255
#else
#define CANNOT_ARRIVE ~flying
#endif

#ifdef LEAVE_EARLY
byte leaving = 0;            /* their lease says `left` while they work on */
#else
#define leaving 0
#endif

/* The first choice of machine `m`; two orders stand for what hashes may give. */
inline choose(candidates) {
  who = NOBODY; i = 0;
  do
  :: i < INCARNATIONS ->
     j = (m % 2 -> INCARNATIONS - 1 - i : i);
     if
     :: HAS(candidates, j) -> who = j; break
     :: else -> i++
     fi
  :: else -> break
  od
}

inline heirs_of_level() {
  below = 0; i = 0;
  do
  :: i < INCARNATIONS ->
     if
     :: HAS(level, i) -> below = below | heirs[i]
     :: else
     fi;
     i++
  :: else -> break
  od;
  looked = looked | level; level = below & ~looked
}

#ifdef CHAIN_OF_HEIRS
inline find_owner() {
  who = origin[m]; looked = 0;
  do
  :: HAS(ended, who) && !HAS(looked, who) ->
     looked = looked | BIT(who); level = heirs[who];
     choose(level)
  :: else -> break
  od;
  owner[m] = who
}
#else
/* The incarnation in the record; if it has ended, the first choice of those of its heirs that have not; if all
   of them have, of their heirs; and so on, each looked at once. */
inline find_owner() {
  level = BIT(origin[m]); looked = 0;
  do
  :: choose(level & ~ended);
     if
     :: who != NOBODY || level == 0 -> break
     :: else -> heirs_of_level()
     fi
  od;
  owner[m] = who
}
#endif

inline end_incarnation(dead, its_heirs) {
  ended = ended | BIT(dead); heirs[dead] = its_heirs;
  m = 0;
  do
  :: m < MACHINES ->
     if
     :: HAS(held, m) -> find_owner()
     :: else
     fi;
     m++
  :: else -> break
  od
}

/* A succession that no record leads through is removed; that it was made is remembered. */
inline clean_up() {
#ifdef CLEAN_UP_EARLY
  ended = 0;
#endif
  level = 0; looked = 0; i = 0;
  do
  :: i < MACHINES -> level = level | (HAS(held, i) << origin[i]); i++
  :: else -> break
  od;
  i = 0;
  do
  :: i < MANAGERS -> level = level | followers[i]; i++
  :: else -> break
  od;
  do
  :: level -> heirs_of_level()
  :: else -> break
  od;
  i = 0;
  do
  :: i < INCARNATIONS -> heirs[i] = (HAS(looked, i) -> heirs[i] : 0); i++
  :: else -> break
  od;
  i = 0
}

inline write_record() {
  held = held | BIT(machine); origin[machine] = mine; owner[machine] = mine
}

inline remove_record() {
  held = held & ~BIT(machine); origin[machine] = 0; owner[machine] = 0;
  clean_up()
}

/* The next machine of `todo` becomes `machine`. */
inline next_machine() {
  machine = 0;
  do
  :: !HAS(todo, machine) -> machine++
  :: else -> break
  od;
  todo = todo & ~BIT(machine)
}

inline give_up_ending() {
  victim[p] = NOBODY; ender[p] = 0; followers[p] = 0;
  clean_up()
}

#define MAY_WORK (HAS(alive, p) && HAS(opened, current[p]))
#define STOP \
  printf("manager %d stops as incarnation %d\n", p, current[p]); \
  faults--; alive = alive & ~BIT(p); opened = opened & ~BIT(current[p]); give_up_ending(); REST
#define REST mine = 0; machine = 0; deed = 0; listing = 0; records = 0; number = 0; intents = 0; todo = 0
#define MAY_CRASH :: d_step { faults > 0 && HAS(alive, p) -> STOP }; goto end_idle

/* Machines with a record that the manager's incarnation owns. */
#define OWNS(n) ((HAS(held, n) && owner[n] == current[p]) << (n))
#define OWN (OWNS(0) | OWNS(1) | OWNS(2) | OWNS(3))

/* Any of a set. */
#define PICK(index, set) \
  do \
  :: HAS(set, index) -> break \
  :: ((set) >> (index + 1)) -> index++ \
  od

#define TURN_IS_FREE (given_back || HAS(ended, holder))
#if defined(NO_SECOND_LOOK)
#define HAS_TURN true
#elif defined(TURN_FILES)
#define HAS_TURN (turn == number)
#else
#define HAS_TURN (holder == mine)
#endif

mtype = { adopt, forget, delete };

/* The work of a manager, cycle after cycle. A cycle goes on as the incarnation that it began with (`mine`); by
   then its manager may live on as another. */
proctype cycle(byte p) {
  byte mine, machine, deed, listing, records, number, intents, todo;

end_idle:
  if
  :: atomic { MAY_WORK && (cloud & ~held) -> mine = current[p]; deed = adopt; PICK(machine, cloud & ~held) }
  :: atomic { MAY_WORK && (OWN & cloud) && deletions > 0 ->
       mine = current[p]; deed = delete; PICK(machine, OWN & cloud) }
  :: atomic { MAY_WORK && (OWN & ~cloud & CANNOT_ARRIVE) ->
       mine = current[p]; deed = forget; PICK(machine, OWN & ~cloud & CANNOT_ARRIVE) }
  :: d_step { MAY_WORK && named < MACHINES && COUNT(cloud | held) < LIMIT ->
       mine = current[p]; listing = cloud;
#ifdef NO_FRESH_READ
       records = held
#endif
     };
     goto wait_for_turn
  MAY_CRASH   /* or it leaves: alike for all others */
  fi;

  /* One deed on one machine. */
  if
  :: d_step { HAS(alive, p) ->
       if
       :: !FENCE_IS_OPEN(mine)
       :: else ->
          printf("manager %d as incarnation %d: %e machine %d\n", p, mine, deed, machine);
          CHECK_MORE(I2_who_ended_does_nothing, !HAS(ended, mine));
          if
          :: deed == adopt ->
             if
             :: !HAS(held, machine) -> write_record()
             :: else   /* another was faster: it is left alone */
#ifdef GO_ON_AFTER_ADOPTION
                -> CHECK_MORE(I2_only_the_owner_acts, owner[machine] == mine)
#endif
             fi
          :: else ->
             CHECK_MORE(I2_only_the_owner_acts, owner[machine] == mine);
             if
             :: deed == delete -> cloud = cloud & ~BIT(machine); deletions--
             :: else
             fi;
             remove_record()
          fi
       fi;
       REST };
     goto end_idle
  MAY_CRASH
  fi;

wait_for_turn:
  if
#ifdef TURN_FILES
  :: d_step { HAS(alive, p) && TURN_IS_FREE -> number = turn + 1 }
#else
  :: d_step { HAS(alive, p) && TURN_IS_FREE -> holder = mine; given_back = false;
       printf("manager %d as incarnation %d takes the turn\n", p, mine) }
#endif
  :: d_step { HAS(alive, p) && !HAS(opened, mine) -> REST }; goto end_idle
  MAY_CRASH
  fi;

#ifdef TURN_FILES
  if
  :: d_step { HAS(alive, p) && number > turn -> turn = number; holder = mine; given_back = false;
       printf("manager %d as incarnation %d takes turn %d\n", p, mine, number) }
  :: d_step { HAS(alive, p) && number == turn -> REST }; goto end_idle   /* another was faster */
  :: HAS(alive, p) && number < turn   /* the file can be made: there was one once, and it is removed */
  MAY_CRASH
  fi;
#endif

  /* A look whether it is the last turn; the records are read; a plan. The listing is older. */
  if
  :: d_step { HAS(alive, p) && HAS_TURN ->
#ifndef NO_FRESH_READ
       records = held;
#endif
       do
       :: named < MACHINES && COUNT(listing | records | intents) < LIMIT ->
          intents = intents | BIT(named); named++
       :: else -> break
       od;
       todo = intents; listing = 0; records = 0;
       printf("manager %d as incarnation %d plans machines %d\n", p, mine, intents) }
  :: d_step { HAS(alive, p) && !HAS_TURN -> REST }; goto end_idle
  MAY_CRASH
  fi;

  /* The intents, one by one; then the turn is given back. */
  do
  :: d_step { HAS(alive, p) && todo && FENCE_IS_OPEN(mine) ->
       CHECK_MORE(I2_who_ended_does_nothing, !HAS(ended, mine));
       next_machine();
       printf("manager %d as incarnation %d: intent of machine %d\n", p, mine, machine);
       write_record(); machine = 0 }
  :: d_step { HAS(alive, p) && todo && !FENCE_IS_OPEN(mine) -> REST }; goto end_idle
  :: d_step { HAS(alive, p) && !todo ->
       if
       :: HAS_TURN -> given_back = true; holder = NOBODY
       :: else
       fi;
       todo = intents; intents = 0; number = 0 };
     break
  MAY_CRASH
  od;

  /* The cloud is asked, one by one. */
  do
  :: d_step { HAS(alive, p) && todo && FENCE_IS_OPEN(mine) ->
       CHECK_MORE(I2_who_ended_does_nothing, !HAS(ended, mine));
       next_machine();
       printf("manager %d as incarnation %d asks for machine %d\n", p, mine, machine);
       flying = flying | BIT(machine); machine = 0 }
  :: d_step { HAS(alive, p) && (!todo || !FENCE_IS_OPEN(mine)) -> REST }; goto end_idle
  MAY_CRASH
  od
}

inline begin_incarnation() {
  printf("manager %d goes on as incarnation %d\n", p, begun);
  current[p] = begun; home[begun] = p;
  published = published | BIT(begun); opened = opened | BIT(begun); begun++
}

/* Those that may be taken for dead. */
#define DEAD (published & ~ended & (~opened | leaving))

/* What a manager does beside its cycles: it begins incarnations and ends others. */
proctype watcher(byte p) {
  byte other;

end_watching:
  do
#if defined(REUSE_INCARNATION)
  :: d_step { HAS(alive, p) && !HAS(opened, current[p]) && !HAS(ended, current[p]) ->
       opened = opened | BIT(current[p]);
       printf("manager %d goes on as the old incarnation %d\n", p, current[p]) }
#elif defined(LATE_LEASE)
  :: d_step { HAS(alive, p) && !HAS(opened, current[p]) ->
       other = begun; home[begun] = p; begun++;
       if
       :: HAS(ended, current[p])
       :: else -> end_incarnation(current[p], BIT(other))
       fi };
     if
     :: d_step { HAS(alive, p) ->
          current[p] = other; published = published | BIT(other); opened = opened | BIT(other); other = 0 }
     :: d_step { !HAS(alive, p) -> other = 0 }
     fi
#else
  :: d_step { HAS(alive, p) && !HAS(opened, current[p]) -> begin_incarnation() }
#endif
  :: d_step { !HAS(alive, p) && restarts > 0 -> restarts--; alive = alive | BIT(p); begin_incarnation() }

  /* It sees one dead. The heirs: itself alone, if it is an earlier life of its own. Else all whose fence is
     open, and any that are dead and seem to live still. */
  :: atomic { MAY_WORK && victim[p] == NOBODY && DEAD ->
       PICK(other, DEAD);
       victim[p] = other; ender[p] = current[p]; other = 0;
       if
       :: home[victim[p]] == p -> followers[p] = BIT(current[p])
       :: else ->
          followers[p] = opened & ~ended & ~BIT(victim[p]);
          do
          :: other < INCARNATIONS ->
             if
             :: HAS(DEAD, other) && other != victim[p] && home[other] != p ->
                followers[p] = followers[p] | BIT(other)
             :: true
             fi;
             other++
          :: else -> other = 0; break
          od
       fi
#ifdef ENDS_AT_ONCE
       ;
       d_step { end_incarnation(victim[p], followers[p]); give_up_ending() }
#endif
     }
  :: d_step { HAS(alive, p) && victim[p] != NOBODY ->
       if
       :: FENCE_IS_OPEN(ender[p]) && CAN_END(victim[p]) ->
          printf("manager %d ends incarnation %d, heirs %d\n", p, victim[p], followers[p]);
          end_incarnation(victim[p], followers[p])
       :: else
       fi;
       give_up_ending() }
  od
}

/* The fence closes though the process lives: it sleeps, or cannot renew its lease. */
#define LAPSES(p) \
  :: d_step { faults > 0 && MAY_WORK -> faults--; opened = opened & ~BIT(current[p]); \
       printf("the fence of incarnation %d closes, manager %d sleeps\n", current[p], p) }
#ifdef LEAVE_EARLY
#define LEAVES(p) :: d_step { faults > 0 && MAY_WORK -> faults--; leaving = leaving | BIT(current[p]) }
#else
#define LEAVES(p)
#endif
#define ARRIVES(n) \
  :: d_step { HAS(flying, n) -> \
       flying = flying & ~BIT(n); cloud = cloud | BIT(n); printf("machine %d is there\n", n); \
       CHECK(I1_the_limit_holds, COUNT(cloud) <= LIMIT) }

/* Begins with a manager on each host; then it is time, and the cloud. */
init {
  byte p;

  atomic {
    do
    :: p < MANAGERS -> victim[p] = NOBODY; alive = alive | BIT(p); begin_incarnation(); p++
    :: else -> p = 0; break
    od;
#ifdef UNKNOWN
    held = cloud & ~1;
#else
    held = cloud;
#endif
    do
    :: p < MANAGERS -> run watcher(p); run cycle(p); p++
    :: else -> p = 0; break
    od };
  do
  LAPSES(0) LAPSES(1) LAPSES(2)
  LEAVES(0) LEAVES(1) LEAVES(2)
#if MANAGERS > 3
  LAPSES(3)
#endif
  ARRIVES(0) ARRIVES(1) ARRIVES(2) ARRIVES(3)
  :: timeout -> break
  od;

  /* Nothing can happen any more. If a manager lives, then all that there is has a manager that lives. */
  atomic {
    if
    :: !opened
    :: else ->
       CHECK_MORE(I4_no_cycle_is_stuck, cycle[2]@end_idle && cycle[4]@end_idle && cycle[6]@end_idle);
       CHECK_MORE(I4_every_vm_has_a_record, !(cloud & ~held));
       CHECK_MORE(I4_every_intent_was_settled, !(held & ~cloud));
       do
       :: p < MACHINES ->
          CHECK_MORE(I4_the_owner_lives, !HAS(held, p) || (owner[p] != NOBODY && HAS(opened, owner[p])));
          p++
       :: else -> break
       od
    fi }
}
