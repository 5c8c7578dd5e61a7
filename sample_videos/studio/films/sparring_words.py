"""What is said about the sparring."""

from __future__ import annotations

from sample_videos.studio.words import Caption, Question

CAPTIONS: tuple[Caption, ...] = (
    (0, 27, "The bell rings; two boxers in a ring move towards each other with their guard up.",
     "공이 울리고, 링 위의 두 선수가 가드를 올린 채 서로에게 다가갑니다."),
    (28, 49, "The boxer in red throws a left jab; the boxer in blue blocks it.",
     "빨간 글러브 선수가 왼손 잽을 던지고, 파란 글러브 선수가 막아냅니다."),
    (50, 81, "Red lands a left jab, but the right cross that follows misses as blue slips it.",
     "빨간 선수의 왼손 잽이 적중하지만, 이어진 오른손 크로스는 파란 선수가 피해 빗나갑니다."),
    (82, 121, "Blue answers with a right jab to the head and a right hook that red blocks.",
     "파란 선수가 오른손 잽을 머리에 적중시키고, 이어진 오른손 훅은 빨간 선수가 막습니다."),
    (122, 205, "The boxers circle; blue passes behind red and is almost hidden for a moment.",
     "두 선수가 돌면서 파란 선수가 빨간 선수 뒤로 지나가 잠시 거의 가려집니다."),
    (206, 229, "With sides changed, blue throws a left cross and red blocks it.",
     "자리를 바꾼 뒤 파란 선수가 왼손 크로스를 던지고, 빨간 선수가 막습니다."),
    (230, 276, "Red lands a left jab and a right cross; blue blocks the left hook that follows.",
     "빨간 선수가 왼손 잽과 오른손 크로스를 적중시키고, 마지막 왼손 훅은 파란 선수가 막습니다."),
    (277, 299, "Both boxers step apart and hold their guard.",
     "두 선수가 거리를 벌리고 가드를 유지합니다."),
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    ("How many people are in the video?", "Two.",
     "영상에 사람이 몇 명 있나요?", "두 명입니다.", ((1, 0, 299), (2, 0, 299))),
    ("Who throws the first punch?", "The boxer in red, a left jab.",
     "누가 첫 펀치를 던지나요?", "빨간 글러브 선수가 왼손 잽을 던집니다.", ((1, 28, 44),)),
    ("Does the first jab land?", "No, the boxer in blue blocks it with the left hand.",
     "첫 번째 잽은 적중하나요?", "아니요, 파란 글러브 선수가 왼손으로 막습니다.",
     ((1, 28, 44), (2, 29, 44))),
    ("How many jabs does the boxer in red throw?", "Four.",
     "빨간 글러브 선수는 잽을 몇 번 던지나요?", "네 번입니다.",
     ((1, 28, 44), (1, 50, 65), (1, 134, 149), (1, 230, 244))),
    ("How many punches does the boxer in blue throw?", "Three: a jab, a hook and a cross.",
     "파란 글러브 선수는 펀치를 몇 번 던지나요?", "잽, 훅, 크로스 한 번씩 모두 세 번입니다.",
     ((2, 82, 97), (2, 98, 120), (2, 214, 234))),
    ("Which hand does the boxer in blue use for the cross?", "The left hand.",
     "파란 글러브 선수는 어느 손으로 크로스를 던지나요?", "왼손입니다.", ((2, 214, 234),)),
    ("Who blocks a hook?", "Both do: red blocks blue's right hook, blue blocks red's left hook.",
     "훅을 막는 선수는 누구인가요?",
     "두 선수 모두입니다. 빨간 선수는 오른손 훅을, 파란 선수는 왼손 훅을 막습니다.",
     ((1, 99, 119), (2, 253, 274))),
    ("Which boxer is hidden behind the other while they circle?", "The boxer in blue.",
     "두 선수가 돌 때 상대 뒤에 가려지는 선수는 누구인가요?", "파란 글러브 선수입니다.",
     ((2, 157, 181),)),
    ("What colour are the shorts of the taller boxer?", "Red, with a gold trim.",
     "키가 더 큰 선수의 반바지는 무슨 색인가요?", "금색 테두리가 있는 빨간색입니다.",
     ((1, 0, 299),)),
    ("Is the boxer in blue a southpaw?", "Yes, the right hand and foot lead.",
     "파란 글러브 선수는 왼손잡이 자세(사우스포)인가요?", "네, 오른손과 오른발이 앞에 있습니다.",
     ((2, 0, 299),)),
    ("Does anybody fall down?", "No.",
     "쓰러지는 사람이 있나요?", "아니요.", ((1, 0, 299), (2, 0, 299))),
)  # fmt: skip
