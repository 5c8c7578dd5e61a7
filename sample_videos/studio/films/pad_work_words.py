"""What is said about the pad work."""

from __future__ import annotations

from sample_videos.studio.words import Caption, Question

CAPTIONS: tuple[Caption, ...] = (
    (0, 23, "Seen from a ring corner, a boxer and a trainer with focus pads approach each other.",
     "링 코너에서 본 장면으로, 선수와 미트를 낀 트레이너가 서로에게 다가섭니다."),
    (24, 51, "The boxer throws a right jab and the trainer catches it with the left pad.",
     "선수가 오른손 잽을 던지고, 트레이너가 왼손 미트로 받습니다."),
    (52, 91, "A right jab and a left cross land on the pads.",
     "오른손 잽과 왼손 크로스가 미트에 꽂힙니다."),
    (92, 133, "A combination of three: right jab, left cross, right hook.",
     "오른손 잽, 왼손 크로스, 오른손 훅의 세 동작을 이어서 던집니다."),
    (134, 159, "The trainer swings the right pad at the head and the boxer ducks under it.",
     "트레이너가 오른손 미트를 머리 쪽으로 휘두르고, 선수는 몸을 낮춰 피합니다."),
    (160, 199, "The boxer answers with a left cross and a right hook.",
     "선수가 왼손 크로스와 오른손 훅으로 받아칩니다."),
    (200, 215, "One more right jab lands on the left pad.",
     "오른손 잽이 한 번 더 왼손 미트에 꽂힙니다."),
    (216, 238, "The trainer swings again and the boxer ducks a second time.",
     "트레이너가 다시 미트를 휘두르고, 선수는 또 한 번 몸을 낮춰 피합니다."),
    (239, 283, "A right hook and a left cross end the combination; both step apart.",
     "오른손 훅과 왼손 크로스로 연속 공격을 마치고, 두 사람이 거리를 벌립니다."),
    (284, 299, "The bell rings for the end of the round.",
     "라운드 종료를 알리는 공이 울립니다."),
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    ("How many people are in the video?", "Two: a boxer and a trainer.",
     "영상에 사람이 몇 명 있나요?", "선수와 트레이너, 두 명입니다.", ((1, 0, 299), (2, 0, 299))),
    ("What does the trainer hold?", "A red focus pad on each hand.",
     "트레이너는 무엇을 들고 있나요?", "양손에 빨간 미트를 끼고 있습니다.", ((2, 0, 299),)),
    ("How many punches does the boxer throw?",
     "Eleven: four jabs, four crosses and three hooks.",
     "선수는 펀치를 몇 번 던지나요?", "잽 네 번, 크로스 네 번, 훅 세 번으로 모두 열한 번입니다.",
     ((1, 24, 40), (1, 52, 68), (1, 62, 82), (1, 92, 108), (1, 102, 122), (1, 112, 136),
      (1, 160, 180), (1, 169, 193), (1, 200, 216), (1, 239, 263), (1, 255, 275))),
    ("How many jabs does the boxer throw?", "Four, all with the right hand.",
     "선수는 잽을 몇 번 던지나요?", "네 번이며 모두 오른손입니다.",
     ((1, 24, 40), (1, 52, 68), (1, 92, 108), (1, 200, 216))),
    ("Which pad catches the jabs?", "The trainer's left pad.",
     "잽은 어느 쪽 미트로 받나요?", "트레이너의 왼손 미트입니다.",
     ((2, 20, 40), (2, 48, 68), (2, 88, 108), (2, 196, 216))),
    ("How often does the boxer duck?", "Twice, each time under the trainer's right pad.",
     "선수는 몇 번 몸을 낮춰 피하나요?", "두 번이며, 두 번 모두 트레이너의 오른손 미트를 피합니다.",
     ((1, 134, 165), (1, 216, 247))),
    ("What does the boxer throw after the first duck?", "A left cross and a right hook.",
     "처음 몸을 낮춰 피한 뒤 선수는 무엇을 던지나요?", "왼손 크로스와 오른손 훅입니다.",
     ((1, 160, 180), (1, 169, 193))),
    ("Is the boxer a southpaw?", "Yes, the right hand and foot lead.",
     "선수는 사우스포인가요?", "네, 오른손과 오른발이 앞에 있습니다.", ((1, 0, 299),)),
    ("What colour are the trainer's clothes?", "A light grey shirt and dark blue trousers.",
     "트레이너의 옷은 무슨 색인가요?", "연한 회색 셔츠와 짙은 남색 바지입니다.", ((2, 0, 299),)),
    ("Does a swing of the trainer hit the boxer?", "No, both pass over the boxer's head.",
     "트레이너가 휘두른 미트에 선수가 맞나요?", "아니요, 두 번 모두 머리 위로 지나갑니다.",
     ((1, 134, 165), (2, 136, 164), (1, 216, 247), (2, 218, 246))),
)  # fmt: skip
