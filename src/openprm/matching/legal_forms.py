"""Legal forms of companies in many languages, as people write them: the words that say nothing about who a company is.

The lists are written from public knowledge of the forms that ISO 20275 registers. `normalise` folds them with the same
function that folds names, so accents, dots and spaces in an entry are only for the reader.
"""

# Forms that stand at the end of a name. "X Limited", "X Sp. z o.o.".
ENDINGS = """
Inc; Incorporated; Corp; Corporation; Co; Company; Cos; Companies; Ltd; Limited; LLC; Limited Liability Company;
LLP; LLLP; LP; LC; Limited Liability Partnership; Limited Partnership; PLLC; PC; PLC; Public Limited Company; Public
Limited; Co Ltd; Company Limited; Unlimited; Unlimited Company; ULC; DAC; Designated Activity Company; CLG; UC; CIC;
CIO; N.A.; National Association; PBC; Chartered; Cooperative Ltd; Ltd Co; Co LLC; Co Inc; Corp Ltd; Proprietary
Limited; Proprietary; Pty Ltd; Pty; Pty Limited; Pte Ltd; Pte; Pte Limited; Private Limited; Pvt Ltd; Pvt; Private
Ltd; P Ltd; P Limited; OPC; SOC Ltd; NPC; CC; Ltee; Limitée; Enr; SENC; Sdn Bhd; Sdn; Bhd; Berhad; Public Company
Limited; PCL; GmbH; gGmbH; mbH; GmbH & Co KG; GmbH & Co KGaA; GmbH & Co OHG; & Co KG; & Co KGaA; & Co; UG; UG
haftungsbeschränkt; haftungsbeschränkt; UG haftungsbeschränkt & Co KG; GesmbH; Ges m b H; Gesellschaft mit
beschränkter Haftung; Aktiengesellschaft; AG; AG & Co KG; AG & Co KGaA; KGaA; KG; Kommanditgesellschaft;
Kommanditgesellschaft auf Aktien; OHG; GbR; eG; eGmbH; e.V.; eingetragener Verein; e.K.; e.U.; SE; SE & Co KG; SE &
Co KGaA; SCE; EWIV; EEIG; Sàrl; S.à r.l.; SARL; Société à responsabilité limitée; SA; S.A.; Société Anonyme; SAS;
S.A.S.; SASU; Société par actions simplifiée; EURL; SCI; SNC; SCA; SCS; SCOP; GIE; SCP; SELARL; SARLU; Sociedad
Anónima; Sociedad Limitada; SL; SLU; SAU; SLL; SLP; SLNE; S Coop; S.C.C.L.; AIE; Sociedad de Responsabilidad
Limitada; SRL; S.R.L.; S de RL; S de RL de CV; SA de CV; S.A.B. de C.V.; SAPI de CV; SAPI; SAB; SC de RL; SOFOM ENR;
Sociedad Anónima de Capital Variable; de CV; SAC; SAA; SACI; SACIF; SAIC; SAIF; EIRL; SpA; C.A.; SCRL; Ltda;
Limitada; Cía Ltda; y Cía; S/A; Sociedade Anônima; EIRELI; EPP; Lda; Unipessoal Lda; Limitada Unipessoal; SGPS SA;
SGPS; S.p.A.; Società per Azioni; S.r.l.; Srls; Società a responsabilità limitata; S.a.p.A.; S.n.c.; S.a.s.; Soc
Coop; S.c.a.r.l.; Scarl; S.c.p.A.; S.p.A. Società Benefit; a socio unico; in liquidazione; unipersonale; Società
Cooperativa; BV; B.V.; NV; N.V.; VOF; CV; BVBA; SPRL; CVBA; ASBL; VZW; Besloten Vennootschap; Naamloze Vennootschap;
Coöperatief U.A.; U.A.; B.A.; AB; AB publ; publ; Aktiebolag; HB; KB; AS; ASA; A/S; ApS; Aktieselskab;
Anpartsselskab; IVS; K/S; P/S; I/S; P/F; SMBA; AMBA; F.M.B.A.; Aksjeselskap; ANS; NUF; Oy; Oyj; Oy Ab; Osakeyhtiö;
Ky; Osk; ehf; hf; ohf; OÜ; Osaühing; Aktsiaselts; SIA; UAB; MB; VŠĮ; AAS; Sp z o.o.; Sp z oo; spółka z o.o.; spółka
z ograniczoną odpowiedzialnością; Spółka Akcyjna; S.K.A.; Sp k; Sp j; sp z o.o. sp k; sp z o.o. sp komandytowa;
spółka komandytowa; spółka jawna; P.S.A.; s.r.o.; spol s r.o.; spol. s.r.o.; a.s.; akciová společnost; akciová
spoločnosť; v.o.s.; k.s.; z.s.; o.p.s.; z.ú.; s.p.; d.o.o.; d.d.; j.d.o.o.; d.n.o.; k.d.; a.d.; dooel; Kft; Zrt;
Nyrt; Bt; Kkt; Korlátolt Felelősségű Társaság; Zártkörűen Működő Részvénytársaság; Nyilvánosan Működő
Részvénytársaság; EOOD; OOD; AD; EAD; AE; A.E.; ΑΕ; Α.Ε.; EPE; ΕΠΕ; IKE; ΙΚΕ; M.IKE; A.E.B.E.; S.A. Societe Anonyme;
A.Ş.; Anonim Şirketi; Ltd Şti; Limited Şirketi; Şti; Ltd Sti; San ve Tic A.Ş.; San ve Tic Ltd Şti; Sanayi ve Ticaret
A.Ş.; Sanayi ve Ticaret Ltd Şti; Sanayi ve Ticaret Anonim Şirketi; Sanayi ve Ticaret Limited Şirketi; Tic A.Ş.; Tic
Ltd Şti; JSC; PJSC; OJSC; CJSC; Joint Stock Company; Public Joint Stock Company; Open Joint Stock Company; Closed
Joint Stock Company; JSCB; OOO; ZAO; OAO; PAO; NAO; TOO; MChJ; OK MChJ; AJ; QSC; QPSC; WLL; W.L.L.; FZE; FZCO; FZ
LLC; FZC; DMCC; DWC LLC; PSC; PrJSC; SAE; S.A.E.; SAOC; SAOG; BSC; B.S.C.; BSCC; KSC; KSCP; KSCC; K.S.C.; SAL; SARL
AU; SPC; Est; Establishment; Tbk; Persero; Persero Tbk; K.K.; KK; Kabushiki Kaisha; Kabushiki Gaisha; Yugen Kaisha;
Yugen Gaisha; Godo Kaisha; G.K.; Y.K.; Chusik Hoesa; Jusikhoesa; Youxian Gongsi; Gufen Youxian Gongsi; Ltd Gte; Ltd
by Guarantee; GTE; Inc USA; Holding AG; AG Holding; Anstalt; Reg; Trust reg; Genossenschaft; Cooperativa; Coop; Co
op; Ltd Partnership; LtdA; d.o.o.e.l.; Shpk; Sh.p.k.; Sh.a.; Sha; Sp. z.o.o.; P.T.E. Ltd; S.M.S.A.; M.A.E.; Single
Member S.A.; S.M.P.C.; P.C.C.; PCC; ICC; VCC; SICAV; FCP; SICAV SIF; SCSp; S.C.Sp.; RAIF; SIF
"""

# Forms that stand before a name. "PT X", "ООО X", "Société X".
BEGINNINGS = """
PT; CV.; AB; Oy; OOO; OAO; ZAO; PAO; AO; NAO; SIA; UAB; VŠĮ; SARL; SAS; SASU; EURL; SCI; S.A.; SNC; Société Anonyme;
Société par actions simplifiée; Société à responsabilité limitée; S.C.; S.C.I.; LLC; JSC; PJSC; OJSC; CJSC; Limited
Liability Company; Joint Stock Company; Public Joint Stock Company; Open Joint Stock Company; Closed Joint Stock
Company; PrJSC; Общество с ограниченной ответственностью; Публичное акционерное общество; Акционерное общество;
Открытое акционерное общество; Закрытое акционерное общество; Товариство з обмеженою відповідальністю; Приватне
акціонерне товариство; Публічне акціонерне товариство; Акціонерне товариство; Kabushiki Kaisha; CTCP; Công ty TNHH;
Công ty cổ phần; Công ty TNHH MTV; Công ty trách nhiệm hữu hạn; Perseroan Terbatas; A/S; P/F; Firma; MChJ
"""

# Endings that mean a legal form wherever they stand ("Foo GmbH, branch Berlin"); others are words in some name ("Se").
ANYWHERE = """
Inc; Incorporated; Corp; Corporation; Ltd; Limited; LLC; LLP; PLC; GmbH; mbH; gGmbH; KGaA; Aktiengesellschaft; SARL;
BVBA; SPRL; ApS; Oyj; Sdn; Bhd; Berhad; Pty; Pte; Pvt; Ltda; EIRELI; PJSC; OJSC; CJSC; Kft; Zrt; Nyrt; EOOD; Anonim
Şirketi; Limited Şirketi; Sp z o.o.; s.r.o.; d.o.o.; Kabushiki Kaisha; haftungsbeschränkt; S.p.A.; S.r.l.; PLLC;
Incorporation;
"""

# Two or three Cyrillic letters that, transliterated, would be words elsewhere ("ИП" is no "IP").
CYRILLIC = (
    *("ООО", "ОАО", "ЗАО", "ПАО", "АО", "НАО", "ТОО", "ТОВ", "ПрАТ", "ПАТ", "ФОП", "ИП", "ДП", "ТД", "АКБ", "КБ"),
    *("ЕООД", "ООД", "АД", "ЕАД", "ЕТ", "ЧП", "ЧАО", "ДООЕЛ", "ДОО"),
)

# Written without spaces around them, so they are cut from the text before it is transliterated. The longest come first.
GLUED = (
    "一般財団法人",
    "一般社団法人",
    "公益財団法人",
    "公益社団法人",
    "独立行政法人",
    "国立大学法人",
    "特定非営利活動法人",
    "社会福祉法人",
    "医療法人社団",
    "医療法人財団",
    "医療法人",
    "宗教法人",
    "学校法人",
    "株式会社",
    "株式會社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "相互会社",
    "協同組合",
    "カブシキガイシャ",
    "コーポレーション",
    "かぶしきがいしゃ",
    "(株)",
    "(有)",
    "(合)",
    "(同)",
    "股份有限责任公司",
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "控股有限公司",
    "私人有限公司",
    "有限公司",
    "责任公司",
    "有限合伙",
    "有限合夥",
    "(有限合伙)",
    "(普通合伙)",
    "股份公司",
    "总公司",
    "總公司",
    "分公司",
    "公司",
    "주식회사",
    "유한책임회사",
    "유한회사",
    "합자회사",
    "합명회사",
    "사단법인",
    "재단법인",
    "(주)",
    "(유)",
    "(재)",
    "(사)",
    "บริษัทมหาชน",
    "บริษัท",
    "จำกัด(มหาชน)",
    "(มหาชน)",
    "จำกัด",
    "ห้างหุ้นส่วน",
    'בע"מ',
    "בע״מ",
    "בעמ",
)

# Arabic and Persian words for "company" and its kinds stand apart, yet transliterated they would have no vowels.
APART = (
    "شركة",
    "شرکت",
    "ذ.م.م",
    "ش.م.م",
    "ش.م.ع",
    "ش.م.ك",
    "ش.ذ.م.م",
    "المحدودة",
    "المساهمة",
    "سهامی عام",
    "سهامی خاص",
)


def entries(table: str) -> list[str]:
    """Split one of the tables above into its entries."""
    return [entry for part in table.split(";") if (entry := " ".join(part.split()))]
